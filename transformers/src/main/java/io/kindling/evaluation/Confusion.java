/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import java.io.Serializable;

/**
 * One kind of mistake.
 *
 * @param actual the true class
 * @param predicted the class that was predicted instead
 * @param count how many examples
 * @param share of the examples of the true class
 */
public record Confusion(String actual, String predicted, long count, double share)
    implements Serializable {}
