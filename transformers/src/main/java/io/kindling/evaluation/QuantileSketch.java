/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * Quantiles of numbers of 0 and more, each within half a percent of itself, by counts in bins as
 * wide as a share of the number (DDSketch: Masson, Rim and Lee 2019). Parts counted on executors
 * merge.
 */
final class QuantileSketch implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final double ACCURACY = 0.005;
  private static final double LN_GAMMA = Math.log((1 + ACCURACY) / (1 - ACCURACY));

  /** Beyond, numbers count as 0 or as the largest: some 14,000 bins at most. */
  private static final double LEAST = 1e-30;

  private static final double GREATEST = 1e30;

  private final TreeMap<Integer, Long> counts = new TreeMap<>();
  private long zeros;
  private long total;
  private double maximum;

  void add(double value) {
    total++;
    maximum = Math.max(maximum, value);
    if (value < LEAST) {
      zeros++;
    } else {
      int bin = (int) Math.ceil(Math.log(Math.min(value, GREATEST)) / LN_GAMMA);
      counts.merge(bin, 1L, Long::sum);
    }
  }

  void merge(QuantileSketch other) {
    other.counts.forEach((bin, count) -> counts.merge(bin, count, Long::sum));
    zeros += other.zeros;
    total += other.total;
    maximum = Math.max(maximum, other.maximum);
  }

  /** The least number that is no smaller than this share of all; NaN of none. */
  double quantile(double share) {
    if (total == 0) {
      return Double.NaN;
    }
    long rank = Math.max(1, (long) Math.ceil(share * total));
    long seen = zeros;
    if (seen >= rank) {
      return 0;
    }
    for (Map.Entry<Integer, Long> bin : counts.entrySet()) {
      seen += bin.getValue();
      if (seen >= rank) {
        // The middle of the bin by ratio, which is off by the accuracy at either end.
        return Math.min(maximum, Math.exp(bin.getKey() * LN_GAMMA) * (1 - ACCURACY));
      }
    }
    return maximum;
  }

  AbsoluteErrors errors() {
    return new AbsoluteErrors(
        quantile(0.5), quantile(0.9), quantile(0.95), quantile(0.99), maximum);
  }
}
