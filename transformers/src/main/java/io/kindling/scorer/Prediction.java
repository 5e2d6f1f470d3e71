/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.scorer;

import java.util.List;

/**
 * What a network predicts for one example.
 *
 * @param prediction the index of the class, or the number of a regression
 * @param label the name of the class; null of a regression
 * @param probability of each class, in the order of {@link Scorer#labels}; empty of a regression
 * @param rawPrediction logits or margins likewise
 */
public record Prediction(
    double prediction, String label, List<Double> probability, List<Double> rawPrediction) {}
