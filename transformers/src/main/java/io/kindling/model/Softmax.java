/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

/** From logits to probabilities and predictions, the one formula for training and scoring. */
public final class Softmax {
  private Softmax() {}

  /** The first index of the largest value: the predicted class. */
  public static int argmax(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  /** Probabilities that sum to one, shifted by the largest logit so that none overflows. */
  public static double[] probabilities(double[] logits) {
    double largest = logits[argmax(logits)];
    double[] probabilities = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = Math.exp(logits[i] - largest);
      sum += probabilities[i];
    }
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] /= sum;
    }
    return probabilities;
  }

  /** The natural logarithms of {@link #probabilities}, exact where those are too small. */
  static double[] logarithms(double[] logits) {
    double largest = logits[argmax(logits)];
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - largest);
    }
    double[] logarithms = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      logarithms[i] = logits[i] - largest - Math.log(sum);
    }
    return logarithms;
  }

  /** The natural logarithm of a sigmoid's output; no logit is too large or too small for it. */
  static double logSigmoid(double logit) {
    return Math.min(logit, 0) - Math.log1p(Math.exp(-Math.abs(logit)));
  }

  /** Row {@code row} of logits laid out as {@code [rows, classes]}. */
  public static double[] row(float[] logits, int row, int classes) {
    double[] values = new double[classes];
    for (int i = 0; i < classes; i++) {
      values[i] = logits[row * classes + i];
    }
    return values;
  }
}
