/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import java.io.Serializable;

/**
 * An example whose number was predicted badly.
 *
 * @param origin which one; null where it is not known
 * @param label its number
 * @param prediction the predicted number
 * @param error {@code prediction - label}
 * @param preview what it looks like; null where nothing can be shown
 */
public record LargeError(
    String origin, double label, double prediction, double error, Preview preview)
    implements Serializable {}
