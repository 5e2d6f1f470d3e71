/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Spearman's correlation: that of Pearson between the ranks, equal values sharing their mean rank.
 */
final class RankCorrelation {
  private RankCorrelation() {}

  /** From -1 to 1; NaN where one of the two has no two different values. */
  static double of(double[] first, double[] second) {
    double[] x = ranks(first);
    double[] y = ranks(second);
    double mean = (x.length + 1) / 2.0;
    double products = 0;
    double squaresX = 0;
    double squaresY = 0;
    for (int i = 0; i < x.length; i++) {
      products += (x[i] - mean) * (y[i] - mean);
      squaresX += (x[i] - mean) * (x[i] - mean);
      squaresY += (y[i] - mean) * (y[i] - mean);
    }
    return squaresX > 0 && squaresY > 0 ? products / Math.sqrt(squaresX * squaresY) : Double.NaN;
  }

  private static double[] ranks(double[] values) {
    Integer[] order = new Integer[values.length];
    Arrays.setAll(order, index -> index);
    Arrays.sort(order, Comparator.comparingDouble(index -> values[index]));
    double[] ranks = new double[values.length];
    for (int from = 0; from < order.length; ) {
      int to = from + 1;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[order[i]] = (from + 1 + to) / 2.0;
      }
      from = to;
    }
    return ranks;
  }
}
