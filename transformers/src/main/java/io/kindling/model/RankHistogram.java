/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.io.Serializable;

/**
 * How many examples that are of a class, and how many that are not, were given which score of it,
 * in bins, for the area under the ROC curve. Parts counted on executors merge.
 *
 * <p>Scores are logarithms of odds. The bins are as wide as a share of the score, so that they suit
 * networks that are sure and networks that are not: of 4,096 bins one covers 1.1 percent. Two
 * examples in one bin count as if their scores were equal, half a pair in the right order; the area
 * is off by no more than half the share of such pairs among all pairs of an example of the class
 * and one of another ({@link #error}).
 */
public final class RankHistogram implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Scores of 2 to the power of this, and beyond, are in the last bin, either side of 0. */
  private static final int LARGEST_EXPONENT = 12;

  /** Scores below 2 to the power of this are as good as 0. */
  private static final int SMALLEST_EXPONENT = -20;

  private static final double LN_2 = Math.log(2);

  private final long[] of;
  private final long[] others;

  /**
   * @param bins an even number
   */
  RankHistogram(int bins) {
    this.of = new long[bins];
    this.others = new long[bins];
  }

  /** Counts an example by the class's score. */
  void add(double score, boolean isOfClass) {
    (isOfClass ? of : others)[bin(score)]++;
  }

  private int bin(double score) {
    int half = of.length / 2;
    double exponent = Math.log(Math.abs(score)) / LN_2;
    double share = (exponent - SMALLEST_EXPONENT) / (LARGEST_EXPONENT - SMALLEST_EXPONENT);
    int distance = (int) Math.max(0, Math.min(half - 1, Math.floor(share * half)));
    return score < 0 ? half - 1 - distance : half + distance;
  }

  /** How many bins there are, by rising scores. */
  public int bins() {
    return of.length;
  }

  /** Examples of the class in a bin. */
  public long of(int bin) {
    return of[bin];
  }

  /** Examples of other classes in a bin. */
  public long others(int bin) {
    return others[bin];
  }

  /** Where a bin begins: the least score in it; of the first minus infinity. */
  public double start(int bin) {
    int half = of.length / 2;
    if (bin == 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (bin == half) {
      return 0;
    }
    int distance = bin > half ? bin - half : half - bin;
    double exponent =
        SMALLEST_EXPONENT + (LARGEST_EXPONENT - SMALLEST_EXPONENT) * (double) distance / half;
    return bin > half ? Math.pow(2, exponent) : -Math.pow(2, exponent);
  }

  void merge(RankHistogram other) {
    for (int bin = 0; bin < of.length; bin++) {
      of[bin] += other.of[bin];
      others[bin] += other.others[bin];
    }
  }

  /** The area under the curve; NaN where no example is of the class, or none is not. */
  public double area() {
    double ordered = 0;
    double below = 0;
    double pairs = pairs();
    for (int bin = 0; bin < of.length; bin++) {
      ordered += of[bin] * (below + others[bin] / 2.0);
      below += others[bin];
    }
    return pairs == 0 ? Double.NaN : ordered / pairs;
  }

  /** By how much {@link #area} may be off at most. */
  double error() {
    double unordered = 0;
    for (int bin = 0; bin < of.length; bin++) {
      unordered += (double) of[bin] * others[bin];
    }
    return unordered / 2 / pairs();
  }

  private double pairs() {
    double in = 0;
    double out = 0;
    for (int bin = 0; bin < of.length; bin++) {
      in += of[bin];
      out += others[bin];
    }
    return in * out;
  }
}
