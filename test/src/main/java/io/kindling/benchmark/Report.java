/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** A Markdown table on standard output, below what was run, when and on what machine. */
final class Report {
  private final PrintStream out = System.out;

  /** Begins a report of the command that is running. */
  Report(CommandSpec command) {
    out.printf(
        "`test/benchmark %s`%n%n",
        String.join(" ", command.root().commandLine().getParseResult().originalArgs()));
    out.printf(
        "%s, %s, %d processors, Java %s%n",
        ZonedDateTime.now(ZoneOffset.UTC)
            .format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT)),
        processor(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"));
  }

  /** Begins a table. */
  void columns(String... names) {
    out.printf("%n%s%n", row(names));
    out.println(row(Arrays.stream(names).map(name -> "---").toArray(String[]::new)));
    out.flush();
  }

  /** One row; shown at once. */
  void add(String... cells) {
    out.println(row(cells));
    out.flush();
  }

  /** A line below a table. */
  void note(String text) {
    out.printf("%n%s%n", text);
  }

  /** A figure with a sensible number of digits. */
  static String figure(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    double magnitude = Math.abs(value);
    String format = magnitude >= 100 ? "%,.0f" : magnitude >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }

  /** The middle of some figures; NaN of none. */
  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static String row(String... cells) {
    return Arrays.stream(cells).collect(Collectors.joining(" | ", "| ", " |"));
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown processor");
    } catch (IOException e) {
      return "unknown processor";
    }
  }
}
