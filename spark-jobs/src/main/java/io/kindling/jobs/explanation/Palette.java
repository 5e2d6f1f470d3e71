/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.explanation;

import java.util.Arrays;
import java.util.Locale;

/**
 * Colours of what raises a score, orange, and lowers it, blue: a pair that people with any of the
 * common colour blindnesses tell apart.
 *
 * @param most the size that has the full colour
 */
record Palette(double most) {
  private static final int[] RAISES = {179, 88, 6};
  private static final int[] LOWERS = {33, 102, 172};
  private static final int[] NEITHER = {247, 247, 247};

  /** Few values are much larger than all others, and would leave those pale. */
  private static final double SHARE = 0.99;

  private static final double MOST_OPAQUE = 0.75;

  /** The palette of so many values; full at the 99th percentile of their sizes. */
  static Palette of(float[] values) {
    double[] sizes = new double[values.length];
    Arrays.setAll(sizes, i -> Math.abs(values[i]));
    Arrays.sort(sizes);
    double high = sizes.length == 0 ? 0 : sizes[(int) Math.ceil(SHARE * sizes.length) - 1];
    double largest = sizes.length == 0 ? 0 : sizes[sizes.length - 1];
    return new Palette(high > 0 ? high : largest > 0 ? largest : 1);
  }

  /** How strong a value's colour is, from 0 to 1. */
  double strength(double value) {
    return Math.min(1, Math.abs(value) / most);
  }

  /** The colour of a value on nothing, as 0xRRGGBB. */
  int rgb(double value) {
    return over(NEITHER[0], NEITHER[1], NEITHER[2], value, 1);
  }

  /**
   * The colour of a value over another.
   *
   * @param opacity at full strength, from 0 to 1
   */
  int over(int red, int green, int blue, double value, double opacity) {
    int[] full = value < 0 ? LOWERS : RAISES;
    double part = strength(value) * opacity;
    int[] under = {red, green, blue};
    int rgb = 0;
    for (int i = 0; i < 3; i++) {
      rgb = rgb << 8 | (int) Math.round(under[i] + part * (full[i] - under[i]));
    }
    return rgb;
  }

  /** The colour of a value as a style's, so transparent that text on it can be read. */
  String css(double value) {
    int[] full = value < 0 ? LOWERS : RAISES;
    return String.format(
        Locale.ROOT,
        "rgba(%d,%d,%d,%.3f)",
        full[0],
        full[1],
        full[2],
        MOST_OPAQUE * strength(value));
  }
}
