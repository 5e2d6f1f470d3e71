/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * Counts values of a range that is not known before: bins join two by two where a value would not
 * fit. Parts counted on executors merge, whatever the widths of their bins.
 */
final class GrowingHistogram implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int BINS = 4096;

  /** Of the values on either side, the share that a plot leaves out. */
  private static final double TAIL = 0.001;

  // A ring: the bin of an index lies at its remainder.
  private long[] counts = new long[BINS];
  private int exponent;
  private long lowest;
  private long highest;
  private long total;

  /** Counts one value; one that is not finite is passed over. */
  void add(double value) {
    if (!Double.isFinite(value)) {
      return;
    }
    if (total == 0) {
      exponent = PowerOfTwoBins.exponentFor(value);
    }
    while (!PowerOfTwoBins.reach(value, exponent)) {
      coarsen();
    }
    add(PowerOfTwoBins.index(value, exponent), exponent, 1);
  }

  void merge(GrowingHistogram other) {
    if (other.total == 0) {
      return;
    }
    if (total == 0) {
      exponent = other.exponent;
    }
    while (exponent < other.exponent) {
      coarsen();
    }
    for (long index = other.lowest; index <= other.highest; index++) {
      add(index, other.exponent, other.counts[place(index)]);
    }
  }

  private void add(long index, int ofExponent, long count) {
    if (count == 0) {
      return;
    }
    long own = PowerOfTwoBins.joined(index, exponent - ofExponent);
    if (total == 0) {
      lowest = own;
      highest = own;
    }
    while (Math.max(highest, own) - Math.min(lowest, own) >= BINS) {
      coarsen();
      own >>= 1;
    }
    lowest = Math.min(lowest, own);
    highest = Math.max(highest, own);
    counts[place(own)] += count;
    total += count;
  }

  private void coarsen() {
    long[] joined = new long[BINS];
    if (total > 0) {
      for (long index = lowest; index <= highest; index++) {
        joined[place(index >> 1)] += counts[place(index)];
      }
    }
    counts = joined;
    lowest >>= 1;
    highest >>= 1;
    exponent++;
  }

  private static int place(long index) {
    return (int) Math.floorMod(index, (long) BINS);
  }

  /**
   * The counts for a plot, without the outermost thousandth on either side.
   *
   * @param mostBins joined until there are no more
   */
  Histogram histogram(int mostBins) {
    if (total == 0) {
      return new Histogram(0, 1, List.of(), 0, 0);
    }
    long first = lowest;
    for (long tail = counts[place(first)]; tail <= TAIL * total; tail += counts[place(first)]) {
      first++;
    }
    long last = highest;
    for (long tail = counts[place(last)]; tail <= TAIL * total; tail += counts[place(last)]) {
      last--;
    }
    int joined = 0;
    while ((last >> joined) - (first >> joined) >= mostBins) {
      joined++;
    }
    Long[] bins = new Long[(int) ((last >> joined) - (first >> joined)) + 1];
    Arrays.fill(bins, 0L);
    long below = 0;
    long above = 0;
    for (long index = lowest; index <= highest; index++) {
      int bin = (int) ((index >> joined) - (first >> joined));
      if (bin < 0) {
        below += counts[place(index)];
      } else if (bin >= bins.length) {
        above += counts[place(index)];
      } else {
        bins[bin] += counts[place(index)];
      }
    }
    double width = PowerOfTwoBins.width(exponent + joined);
    return new Histogram((first >> joined) * width, width, List.of(bins), below, above);
  }
}
