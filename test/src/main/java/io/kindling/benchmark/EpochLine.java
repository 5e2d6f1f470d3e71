/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a contestant prints after each epoch.
 *
 * @param examples that it really trained on
 * @param seconds of the epoch
 */
public record EpochLine(long examples, double seconds) {
  private static final Pattern FORM =
      Pattern.compile("epoch examples=(\\d+) seconds=([0-9.]+(?:[eE]-?\\d+)?)");

  double examplesPerSecond() {
    return examples / seconds;
  }

  /** Prints the line. */
  public void print() {
    System.out.printf(Locale.ROOT, "epoch examples=%d seconds=%.6f%n", examples, seconds);
    System.out.flush();
  }

  /** What {@link #print} printed; empty for any other line. */
  static Optional<EpochLine> parse(String line) {
    Matcher matcher = FORM.matcher(line.strip());
    return matcher.matches()
        ? Optional.of(
            new EpochLine(Long.parseLong(matcher.group(1)), Double.parseDouble(matcher.group(2))))
        : Optional.empty();
  }
}
