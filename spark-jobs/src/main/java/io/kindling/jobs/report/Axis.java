/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One axis of a plot.
 *
 * @param label what it measures
 * @param from the number at its start
 * @param to the number at its end, above {@code from}
 * @param step between its ticks
 */
record Axis(String label, double from, double to, double step) {
  private static final double LARGEST_PLAIN = 1e6;
  private static final int MOST_DECIMALS = 5;

  /** From 0 to 1, in fifths. */
  static Axis ofShares(String label) {
    return new Axis(label, 0, 1, 0.2);
  }

  /** An axis that ends at round numbers. */
  static Axis round(String label, double least, double greatest, int ticks) {
    double step = step(least, greatest, ticks);
    return new Axis(
        label, Math.floor(least / step) * step, Math.ceil(greatest / step) * step, step);
  }

  /** An axis that ends where the numbers do. */
  static Axis exact(String label, double least, double greatest, int ticks) {
    return new Axis(label, least, greatest, step(least, greatest, ticks));
  }

  /** Of whole numbers. */
  static Axis whole(String label, int first, int last) {
    return new Axis(label, first, last, Math.max(1, step(first, last, 10)));
  }

  /** One, two or five times a power of ten. */
  private static double step(double least, double greatest, int ticks) {
    double rough = (greatest - least) / ticks;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double times = rough / power;
    return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
  }

  /** Whole multiples of the step. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    double slack = step * 1e-6;
    for (double n = Math.ceil((from - slack) / step); n * step <= to + slack; n++) {
      ticks.add(n * step + 0.0); // not minus zero
    }
    return ticks;
  }

  /** A tick's number, with as many decimals as the step has. */
  String format(double tick) {
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    boolean isLong = Math.max(Math.abs(from), Math.abs(to)) >= LARGEST_PLAIN;
    return isLong || decimals > MOST_DECIMALS
        ? String.format(Locale.ROOT, "%.3g", tick)
        : String.format(Locale.ROOT, "%,." + decimals + "f", tick);
  }

  /** Where a number lies, 0 at the start and 1 at the end. */
  double share(double number) {
    return (number - from) / (to - from);
  }
}
