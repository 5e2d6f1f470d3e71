/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

/**
 * Bins whose width is a power of two and that begin at whole multiples of it, so that two of them
 * side by side are one of the next width, exactly.
 */
final class PowerOfTwoBins {
  /** Widths are at least 2 to the power of this. */
  private static final int LEAST_EXPONENT = -200;

  /** A first value is told apart from its neighbours by this share of it, 2 to the power of. */
  private static final int FIRST_DIGITS = 48;

  /** Indices of bins are exact up to 2 to the power of this. */
  private static final int LARGEST_INDEX_EXPONENT = 52;

  private PowerOfTwoBins() {}

  /** As narrow as makes sense, given one value. */
  static int exponentFor(double value) {
    return Math.max(LEAST_EXPONENT, Math.getExponent(value) - FIRST_DIGITS);
  }

  /** Whether a value's bin has an index. */
  static boolean reach(double value, int exponent) {
    return Math.getExponent(value) - exponent < LARGEST_INDEX_EXPONENT;
  }

  /** The bin of a value within reach. */
  static long index(double value, int exponent) {
    return (long) Math.floor(value / width(exponent));
  }

  /** The bin in which a bin is after joining them two by two so many times. */
  static long joined(long index, int times) {
    return index >> Math.min(times, Long.SIZE - 1);
  }

  static double width(int exponent) {
    return Math.scalb(1.0, exponent);
  }
}
