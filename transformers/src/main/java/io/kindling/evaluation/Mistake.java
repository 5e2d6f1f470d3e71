/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import java.io.Serializable;

/**
 * An example that was predicted wrong.
 *
 * @param origin which one; null where it is not known
 * @param actual its class
 * @param predicted the class that was predicted
 * @param probability of the predicted class
 * @param probabilityOfActual of its own class
 * @param loss its share of the metric {@code loss}
 * @param preview what it looks like; null where nothing can be shown
 */
public record Mistake(
    String origin,
    String actual,
    String predicted,
    double probability,
    double probabilityOfActual,
    double loss,
    Preview preview)
    implements Serializable {}
