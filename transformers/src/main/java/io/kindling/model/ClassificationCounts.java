/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.util.Map;

/**
 * How many examples of each class there were, were predicted, and were predicted right, with their
 * summed loss. Parts counted on executors merge.
 */
public final class ClassificationCounts implements PredictionCounts {
  private static final long serialVersionUID = 1L;

  /** The smallest probability that the loss takes as it is; below, {@code ln} leaves the floats. */
  private static final double LEAST_LIKELIHOOD = 1e-38;

  private final long[] actual;
  private final long[] predicted;
  private final long[] hits;
  private double lossSum;
  private long examples;

  /**
   * @param classes labels and predictions run from 0 to one less
   */
  public ClassificationCounts(int classes) {
    this.actual = new long[classes];
    this.predicted = new long[classes];
    this.hits = new long[classes];
  }

  /**
   * Counts one example.
   *
   * @param likelihood the probability that was given to the true class
   */
  public ClassificationCounts add(int label, int prediction, double likelihood) {
    actual[label]++;
    predicted[prediction]++;
    if (label == prediction) {
      hits[label]++;
    }
    lossSum -= Math.log(Math.max(likelihood, LEAST_LIKELIHOOD));
    examples++;
    return this;
  }

  @Override
  public void add(float encoded, float[] outputs, int example) {
    double[] logits = Softmax.row(outputs, example, actual.length);
    int label = (int) encoded;
    add(label, Softmax.argmax(logits), Softmax.probabilities(logits)[label]);
  }

  /** Adds what another part counted of the same classes. */
  @Override
  public ClassificationCounts merge(PredictionCounts other) {
    ClassificationCounts more = (ClassificationCounts) other;
    for (int c = 0; c < actual.length; c++) {
      actual[c] += more.actual[c];
      predicted[c] += more.predicted[c];
      hits[c] += more.hits[c];
    }
    lossSum += more.lossSum;
    examples += more.examples;
    return this;
  }

  @Override
  public Map<String, Double> asMap() {
    return metrics().asMap();
  }

  /** What the counts amount to; all NaN where there was no example. */
  public ClassificationMetrics metrics() {
    long right = 0;
    int seen = 0;
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    for (int c = 0; c < actual.length; c++) {
      if (actual[c] + predicted[c] > 0) {
        seen++;
        precision += predicted[c] == 0 ? 0 : (double) hits[c] / predicted[c];
        recall += actual[c] == 0 ? 0 : (double) hits[c] / actual[c];
        f1 += 2.0 * hits[c] / (actual[c] + predicted[c]);
      }
      right += hits[c];
    }
    return new ClassificationMetrics(
        examples,
        (double) right / examples,
        precision / seen,
        recall / seen,
        f1 / seen,
        lossSum / examples);
  }
}
