/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The confusion matrix and summed loss of some examples; grows to the largest class it meets. Parts
 * counted on executors merge.
 */
public final class ClassificationCounts implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The smallest probability that the loss takes as it is; below, {@code ln} leaves the floats. */
  private static final double LEAST_LIKELIHOOD = 1e-38;

  private long[][] confusion;
  private double lossSum;
  private long examples;

  /**
   * @param classes how many are known at the start
   */
  public ClassificationCounts(int classes) {
    this.confusion = new long[classes][classes];
  }

  /**
   * Counts one example.
   *
   * @param likelihood the probability that was given to the true class
   */
  public ClassificationCounts add(int label, int prediction, double likelihood) {
    grow(Math.max(label, prediction) + 1);
    confusion[label][prediction]++;
    lossSum -= Math.log(Math.max(likelihood, LEAST_LIKELIHOOD));
    examples++;
    return this;
  }

  /** Adds what another part counted. */
  public ClassificationCounts merge(ClassificationCounts other) {
    grow(other.confusion.length);
    for (int label = 0; label < other.confusion.length; label++) {
      for (int prediction = 0; prediction < other.confusion.length; prediction++) {
        confusion[label][prediction] += other.confusion[label][prediction];
      }
    }
    lossSum += other.lossSum;
    examples += other.examples;
    return this;
  }

  private void grow(int classes) {
    int before = confusion.length;
    if (classes <= before) {
      return;
    }
    confusion = Arrays.copyOf(confusion, classes);
    for (int label = 0; label < classes; label++) {
      confusion[label] =
          label < before ? Arrays.copyOf(confusion[label], classes) : new long[classes];
    }
  }

  /** What the counts amount to; all NaN where there was no example. */
  public ClassificationMetrics metrics() {
    long right = 0;
    int seen = 0;
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    for (int c = 0; c < confusion.length; c++) {
      long hit = confusion[c][c];
      long actual = Arrays.stream(confusion[c]).sum();
      long predicted = 0;
      for (long[] row : confusion) {
        predicted += row[c];
      }
      if (actual + predicted > 0) {
        seen++;
        precision += predicted == 0 ? 0 : (double) hit / predicted;
        recall += actual == 0 ? 0 : (double) hit / actual;
        f1 += 2.0 * hit / (actual + predicted);
      }
      right += hit;
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
