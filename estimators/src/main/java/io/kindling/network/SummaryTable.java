/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A {@link NetworkSummary} as text for a person. */
final class SummaryTable {
  private static final int GAP = 2;

  private final NetworkSummary summary;

  SummaryTable(NetworkSummary summary) {
    this.summary = summary;
  }

  @Override
  public String toString() {
    boolean graph = summary.layers().stream().anyMatch(layer -> !layer.connectedTo().isEmpty());
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        row(graph, "Layer (type)", "Output Shape", "Param #", "Multiply-adds", "Connected to"));
    for (LayerSummary layer : summary.layers()) {
      rows.add(
          row(
              graph,
              "%s (%s)".formatted(layer.name(), layer.type()),
              layer.outputShape().stream()
                  .map(String::valueOf)
                  .collect(Collectors.joining(", ", "(None, ", ")")),
              number(layer.params()),
              number(layer.multiplyAddsPerExample()),
              String.join(", ", layer.connectedTo())));
    }
    int[] widths = new int[rows.get(0).size()];
    rows.forEach(
        row -> {
          for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], row.get(i).length() + GAP);
          }
        });
    int width = 0;
    for (int each : widths) {
      width += each;
    }
    String rule = "=".repeat(width);
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      lines.add(line(row, widths));
      if (lines.size() == 1) {
        lines.add(rule);
      }
    }
    lines.add(rule);
    lines.add("Total params: " + number(summary.params()));
    lines.add("Trainable params: " + number(summary.trainableParams()));
    lines.add("Non-trainable params: " + number(summary.params() - summary.trainableParams()));
    lines.add("Multiply-adds of an example, forward: " + number(summary.multiplyAddsPerExample()));
    return String.join(System.lineSeparator(), lines);
  }

  private static List<String> row(
      boolean graph, String layer, String shape, String params, String sums, String from) {
    return graph ? List.of(layer, shape, params, sums, from) : List.of(layer, shape, params, sums);
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length()));
    }
    return line.toString().stripTrailing();
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
