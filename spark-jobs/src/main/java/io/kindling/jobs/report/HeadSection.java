/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import io.kindling.evaluation.ClassificationReport;
import io.kindling.evaluation.Confusion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured, the result in a sentence, and the metrics. */
final class HeadSection {
  private static final Map<String, String> TITLES =
      Map.ofEntries(
          Map.entry("accuracy", "Accuracy"),
          Map.entry("precision", "Precision"),
          Map.entry("recall", "Recall"),
          Map.entry("f1", "F1"),
          Map.entry("loss", "Loss"),
          Map.entry("auc", "Area under ROC"),
          Map.entry("topKAccuracy", "Top-k accuracy"),
          Map.entry("mse", "Mean squared error"),
          Map.entry("mae", "Mean absolute error"),
          Map.entry("rmse", "Root of mean squared error"),
          Map.entry("r2", "R²"),
          Map.entry("expectedError", "Calibration error"),
          Map.entry("brierScore", "Brier score"),
          Map.entry("averagePrecision", "Average precision"),
          Map.entry("meanError", "Mean error"));

  private static final List<String> SHARES =
      List.of("accuracy", "precision", "recall", "f1", "topKAccuracy");

  private final Evaluation evaluation;

  HeadSection(Evaluation evaluation) {
    this.evaluation = evaluation;
  }

  void write(Markup page) {
    page.open("header").leaf("p", "Kindling evaluation", "class", "eyebrow");
    page.leaf("h1", "How well the model does");
    page.open("p", "class", "verdict").text(verdict()).close();
    page.open("dl", "class", "facts");
    fact(page, "Model", evaluation.model());
    fact(page, "It takes", evaluation.input());
    fact(
        page,
        "Data",
        evaluation.data() + (evaluation.split() == null ? "" : ", split " + evaluation.split()));
    fact(
        page,
        "Rows",
        Figures.count(evaluation.examples())
            + (evaluation.rowsBad() == 0
                ? ""
                : ", and "
                    + Figures.count(evaluation.rowsBad())
                    + " bad that could not be measured"));
    page.close().close();
    page.open("section", "class", "tiles", "aria-label", "Metrics");
    metrics().forEach((name, value) -> tile(page, name, value));
    page.close();
  }

  private static void fact(Markup page, String term, String value) {
    if (value != null) {
      page.open("div").leaf("dt", term).leaf("dd", value).close();
    }
  }

  private Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>(evaluation.metrics());
    ClassificationReport report = evaluation.classification();
    if (report == null) {
      metrics.put("meanError", evaluation.regression().meanError());
      return metrics;
    }
    if (report.curves() != null) {
      metrics.put("averagePrecision", report.curves().averagePrecision());
    }
    metrics.put("expectedError", report.calibration().expectedError());
    metrics.put("brierScore", report.calibration().brierScore());
    return metrics;
  }

  private static void tile(Markup page, String name, double value) {
    page.open("div", "class", "tile", "data-metric", name, "data-value", value)
        .leaf("span", TITLES.getOrDefault(name, name), "class", "name")
        .leaf(
            "span",
            SHARES.contains(name) ? Figures.percent(value) : Figures.number(value),
            "class",
            "figure")
        .close();
  }

  private String verdict() {
    ClassificationReport report = evaluation.classification();
    if (report == null) {
      return "Half of the predictions are off by at most %s, nine in ten by at most %s."
          .formatted(
              Figures.number(evaluation.regression().absoluteErrors().median()),
              Figures.number(evaluation.regression().absoluteErrors().p90()));
    }
    long right = Math.round(report.metrics().accuracy() * evaluation.examples());
    String sentence =
        "%s of %s predicted right."
            .formatted(Figures.count(right), Figures.count(evaluation.examples(), "row"));
    if (report.confusion().mistakes().isEmpty()) {
      return sentence;
    }
    Confusion most = report.confusion().mistakes().get(0);
    return sentence
        + " The most frequent mistake: %s taken for %s, %s."
            .formatted(most.actual(), most.predicted(), Figures.count(most.count(), "time"));
  }
}
