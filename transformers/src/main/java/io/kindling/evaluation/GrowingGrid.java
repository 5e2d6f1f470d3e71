/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts pairs of numbers in square cells, as {@link GrowingHistogram} counts numbers. Parts
 * counted on executors merge.
 */
final class GrowingGrid implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int SIZE = 128;

  private long[] counts = new long[SIZE * SIZE];
  private int exponent;
  private long lowest;
  private long highest;
  private long total;

  /** Counts one pair; one with a number that is not finite is passed over. */
  void add(double label, double prediction) {
    if (!Double.isFinite(label) || !Double.isFinite(prediction)) {
      return;
    }
    if (total == 0) {
      exponent =
          Math.max(PowerOfTwoBins.exponentFor(label), PowerOfTwoBins.exponentFor(prediction));
    }
    while (!PowerOfTwoBins.reach(label, exponent) || !PowerOfTwoBins.reach(prediction, exponent)) {
      coarsen();
    }
    add(
        PowerOfTwoBins.index(label, exponent),
        PowerOfTwoBins.index(prediction, exponent),
        exponent,
        1);
  }

  void merge(GrowingGrid other) {
    if (other.total == 0) {
      return;
    }
    if (total == 0) {
      exponent = other.exponent;
    }
    while (exponent < other.exponent) {
      coarsen();
    }
    for (long x = other.lowest; x <= other.highest; x++) {
      for (long y = other.lowest; y <= other.highest; y++) {
        long count = other.counts[place(x, y)];
        if (count > 0) {
          add(x, y, other.exponent, count);
        }
      }
    }
  }

  private void add(long x, long y, int ofExponent, long count) {
    long ownX = PowerOfTwoBins.joined(x, exponent - ofExponent);
    long ownY = PowerOfTwoBins.joined(y, exponent - ofExponent);
    if (total == 0) {
      lowest = Math.min(ownX, ownY);
      highest = Math.max(ownX, ownY);
    }
    while (Math.max(highest, Math.max(ownX, ownY)) - Math.min(lowest, Math.min(ownX, ownY))
        >= SIZE) {
      coarsen();
      ownX >>= 1;
      ownY >>= 1;
    }
    lowest = Math.min(lowest, Math.min(ownX, ownY));
    highest = Math.max(highest, Math.max(ownX, ownY));
    counts[place(ownX, ownY)] += count;
    total += count;
  }

  private void coarsen() {
    long[] joined = new long[SIZE * SIZE];
    // The first pair's own numbers may lie further apart than a grid is wide.
    if (total > 0) {
      for (long x = lowest; x <= highest; x++) {
        for (long y = lowest; y <= highest; y++) {
          joined[place(x >> 1, y >> 1)] += counts[place(x, y)];
        }
      }
    }
    counts = joined;
    lowest >>= 1;
    highest >>= 1;
    exponent++;
  }

  private static int place(long x, long y) {
    return (int) (Math.floorMod(x, (long) SIZE) * SIZE + Math.floorMod(y, (long) SIZE));
  }

  PredictionGrid grid() {
    List<PredictionGrid.Cell> cells = new ArrayList<>();
    if (total == 0) {
      return new PredictionGrid(0, 1, 0, cells);
    }
    for (long x = lowest; x <= highest; x++) {
      for (long y = lowest; y <= highest; y++) {
        long count = counts[place(x, y)];
        if (count > 0) {
          cells.add(new PredictionGrid.Cell((int) (x - lowest), (int) (y - lowest), count));
        }
      }
    }
    double width = PowerOfTwoBins.width(exponent);
    return new PredictionGrid(lowest * width, width, (int) (highest - lowest) + 1, cells);
  }
}
