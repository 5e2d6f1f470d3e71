/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.io.Serializable;

/**
 * Number, mean and spread of labels in one pass: the update of Welford (1962), and of Chan, Golub
 * and LeVeque (1979) to merge parts.
 */
public final class LabelMoments implements Serializable {
  private static final long serialVersionUID = 1L;

  private long count;
  private double mean;
  private double squaredDeviations;

  /** Takes one more label, a finite number. */
  public void add(double label) {
    count++;
    double before = label - mean;
    mean += before / count;
    squaredDeviations += before * (label - mean);
  }

  /** Takes the labels of another part. */
  public LabelMoments merge(LabelMoments other) {
    if (other.count > 0) {
      long all = count + other.count;
      double apart = other.mean - mean;
      squaredDeviations +=
          other.squaredDeviations + apart * apart * ((double) count * other.count / all);
      mean += apart * ((double) other.count / all);
      count = all;
    }
    return this;
  }

  /** How many. */
  public long count() {
    return count;
  }

  /** Their mean; 0 where there are none. */
  public double mean() {
    return mean;
  }

  /** The summed squares of their distances from the mean. */
  public double squaredDeviations() {
    return squaredDeviations;
  }

  /** Their standard deviation, that of all of them rather than an estimate; NaN of none. */
  public double std() {
    return Math.sqrt(squaredDeviations / count);
  }
}
