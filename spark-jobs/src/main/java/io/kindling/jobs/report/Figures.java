/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import java.util.Locale;

/** Numbers as people read them. */
final class Figures {
  private static final double SMALLEST_PLAIN = 1e-4;
  private static final double LARGEST_PLAIN = 1e7;

  private Figures() {}

  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** "1 row", "2 rows". */
  static String count(long count, String of) {
    return count(count) + " " + of + (count == 1 ? "" : "s");
  }

  static String percent(double share) {
    return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }

  /** Four digits behind the point, more before it the larger the number is. */
  static String number(double number) {
    double size = Math.abs(number);
    if (!Double.isFinite(number)) {
      return "–";
    }
    if (size != 0 && (size < SMALLEST_PLAIN || size >= LARGEST_PLAIN)) {
      return String.format(Locale.ROOT, "%.3e", number);
    }
    return String.format(Locale.ROOT, size < 10 ? "%.4f" : size < 1000 ? "%.2f" : "%,.0f", number);
  }

  /** A coordinate of SVG: a tenth of a pixel is not seen. */
  static String coordinate(double pixels) {
    String text = String.format(Locale.ROOT, "%.1f", pixels);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
