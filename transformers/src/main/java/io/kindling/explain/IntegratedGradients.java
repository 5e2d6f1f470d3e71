/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import io.kindling.model.Target;

/**
 * Integrated gradients (Sundararajan, Taly and Yan 2017, Axiomatic Attribution for Deep Networks):
 * what each value of an example contributed to a score is its difference from the baseline, times
 * the mean of the score's gradient on the straight way between the two. The contributions sum up to
 * the difference of the scores, but for the error of the quadrature.
 */
final class IntegratedGradients {
  /** Values of the points of one pass; a picture of 224 by 224 in colour has 27 in one. */
  private static final int MOST_VALUES = 1 << 22;

  private static final int MOST_POINTS = 64;

  private final InputGradients network;
  private final Target target;
  private final GaussLegendre rule;

  /**
   * @param steps points between the baseline and the example
   */
  IntegratedGradients(InputGradients network, Target target, int steps) {
    this.network = network;
    this.target = target;
    this.rule = GaussLegendre.of(steps);
  }

  /**
   * What is attributed to the values of an example.
   *
   * @param score what is explained
   * @param value of the example
   * @param atBaseline its value there
   * @param attributions of each value of the point
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on once
  record Integral(Score score, double value, double atBaseline, double[] attributions) {}

  /**
   * @param features the example
   * @param point of it
   * @param baseline likewise
   * @param chosen the class to explain; {@link Score#NONE} for the one predicted
   */
  Integral of(float[] features, int steps, float[] point, float[] baseline, int chosen) {
    double[] sums = new double[point.length];
    // The ends first: the first pass tells the score, and the class that it is of.
    Ends ends = new Ends(chosen);
    int most = Math.max(3, Math.min(MOST_POINTS, MOST_VALUES / point.length));
    int count = rule.nodes().length + 2;
    for (int from = 0; from < count; from += most) {
      int size = Math.min(most, count - from);
      float[] points = new float[size * point.length];
      for (int i = 0; i < size; i++) {
        place(points, i * point.length, point, baseline, part(from + i));
      }
      float[] gradients =
          network.gradients(features, steps, points, size, outputs -> ends.gradient(outputs, size));
      for (int i = 0; i < size; i++) {
        double weight = from + i < 2 ? 0 : rule.weights()[from + i - 2];
        if (weight > 0) {
          for (int v = 0; v < sums.length; v++) {
            sums[v] += weight * gradients[i * point.length + v];
          }
        }
      }
    }
    for (int v = 0; v < sums.length; v++) {
      sums[v] *= (double) point[v] - baseline[v];
    }
    return new Integral(ends.score, ends.value, ends.atBaseline, sums);
  }

  /** How far along the way a point is. */
  private double part(int index) {
    return index < 2 ? index : rule.nodes()[index - 2];
  }

  private static void place(float[] points, int at, float[] point, float[] baseline, double part) {
    for (int v = 0; v < point.length; v++) {
      points[at + v] = (float) (baseline[v] + part * ((double) point[v] - baseline[v]));
    }
  }

  /** The scores of the baseline and of the example, the first two of all points. */
  private final class Ends {
    private final int chosen;
    private Score score;
    private double value;
    private double atBaseline;

    Ends(int chosen) {
      this.chosen = chosen;
    }

    float[] gradient(float[] outputs, int size) {
      if (score == null) {
        double[][] rows = InputGradients.rows(outputs, size);
        score = Score.of(target, rows[1], chosen);
        atBaseline = score.value(rows[0]);
        value = score.value(rows[1]);
      }
      return score.gradient(size);
    }
  }
}
