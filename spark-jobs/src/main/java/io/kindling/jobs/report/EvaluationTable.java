/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import io.kindling.evaluation.AbsoluteErrors;
import io.kindling.evaluation.ClassFigures;
import io.kindling.evaluation.ClassificationReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** An evaluation for a terminal: the metrics, each class, the most frequent mistakes. */
public final class EvaluationTable {
  /** More would push the metrics off the screen. */
  private static final int MOST_CLASSES = 30;

  private static final int MISTAKES = 5;
  private static final int LONGEST_NAME = 32;

  private EvaluationTable() {}

  /** The table, line by line. */
  public static List<String> lines(Evaluation evaluation) {
    List<String> lines = new ArrayList<>();
    if (evaluation.classification() != null) {
      classes(lines, evaluation.classification());
    } else {
      AbsoluteErrors errors = evaluation.regression().absoluteErrors();
      lines.add(
          "off by at most %s (half of the rows), %s (90%%), %s (99%%), %s (all)"
              .formatted(
                  Figures.number(errors.median()),
                  Figures.number(errors.p90()),
                  Figures.number(errors.p99()),
                  Figures.number(errors.maximum())));
    }
    lines.add(
        evaluation.metrics().entrySet().stream()
                .map(metric -> metric.getKey() + " " + Figures.number(metric.getValue()))
                .collect(Collectors.joining(", ", "", " on "))
            + Figures.count(evaluation.examples(), "row"));
    return lines;
  }

  private static void classes(List<String> lines, ClassificationReport report) {
    List<ClassFigures> shown = report.classes();
    if (shown.size() > MOST_CLASSES) {
      lines.add("%d classes; the %d of least F1:".formatted(report.classes().size(), MOST_CLASSES));
      shown =
          shown.stream()
              .sorted(Comparator.comparingDouble(ClassFigures::f1))
              .limit(MOST_CLASSES)
              .toList();
    }
    int width = shown.stream().mapToInt(c -> shortened(c.name()).length()).max().orElse(0);
    String format = "%-" + Math.max("class".length(), width) + "s  %9s  %6s  %6s  %9s";
    lines.add(String.format(Locale.ROOT, format, "class", "precision", "recall", "f1", "rows"));
    for (ClassFigures figures : shown) {
      lines.add(
          String.format(
              Locale.ROOT,
              format,
              shortened(figures.name()),
              Figures.number(figures.precision()),
              Figures.number(figures.recall()),
              Figures.number(figures.f1()),
              Figures.count(figures.support())));
    }
    if (!report.confusion().mistakes().isEmpty()) {
      lines.add(
          report.confusion().mistakes().stream()
              .limit(MISTAKES)
              .map(
                  mistake ->
                      "%s taken for %s (%s)"
                          .formatted(
                              shortened(mistake.actual()),
                              shortened(mistake.predicted()),
                              Figures.count(mistake.count())))
              .collect(Collectors.joining(", ", "most frequent mistakes: ", "")));
    }
    lines.add(
        "expected calibration error %s, Brier score %s"
            .formatted(
                Figures.number(report.calibration().expectedError()),
                Figures.number(report.calibration().brierScore())));
  }

  /** On one line, and not wider than a terminal. */
  private static String shortened(String name) {
    String line = name.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= LONGEST_NAME ? line : line.substring(0, LONGEST_NAME - 1) + "…";
  }
}
