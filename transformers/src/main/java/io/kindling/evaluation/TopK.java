/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import java.io.Serializable;

/**
 * How often the true class is among the most probable ones.
 *
 * @param k so many of the most probable classes
 * @param accuracy the share of the examples
 */
public record TopK(int k, double accuracy) implements Serializable {}
