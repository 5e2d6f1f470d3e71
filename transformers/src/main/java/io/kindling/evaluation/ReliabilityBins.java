/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** Examples by the probability of the predicted class. Parts counted on executors merge. */
final class ReliabilityBins implements Serializable {
  private static final long serialVersionUID = 1L;

  /** As Guo et al. 2017 have it. */
  static final int BINS = 15;

  private final long[] counts = new long[BINS];
  private final long[] right = new long[BINS];
  private final double[] confidences = new double[BINS];
  private double squares;
  private long examples;

  void add(int label, int prediction, double[] probabilities) {
    double confidence = probabilities[prediction];
    int bin = (int) Math.max(0, Math.min(BINS - 1, Math.ceil(confidence * BINS) - 1));
    counts[bin]++;
    right[bin] += label == prediction ? 1 : 0;
    confidences[bin] += confidence;
    for (int c = 0; c < probabilities.length; c++) {
      double off = probabilities[c] - (c == label ? 1 : 0);
      squares += off * off;
    }
    examples++;
  }

  void merge(ReliabilityBins other) {
    for (int bin = 0; bin < BINS; bin++) {
      counts[bin] += other.counts[bin];
      right[bin] += other.right[bin];
      confidences[bin] += other.confidences[bin];
    }
    squares += other.squares;
    examples += other.examples;
  }

  Calibration calibration() {
    List<Calibration.Bin> bins = new ArrayList<>();
    double expected = 0;
    double maximum = 0;
    for (int bin = 0; bin < BINS; bin++) {
      double confidence = confidences[bin] / counts[bin];
      double accuracy = (double) right[bin] / counts[bin];
      bins.add(
          new Calibration.Bin(
              (double) bin / BINS, (bin + 1.0) / BINS, counts[bin], confidence, accuracy));
      if (counts[bin] > 0) {
        double gap = Math.abs(confidence - accuracy);
        expected += gap * counts[bin] / examples;
        maximum = Math.max(maximum, gap);
      }
    }
    return new Calibration(bins, expected, maximum, squares / examples);
  }
}
