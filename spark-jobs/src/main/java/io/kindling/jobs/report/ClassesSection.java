/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import io.kindling.evaluation.ClassFigures;
import io.kindling.evaluation.ClassificationReport;
import io.kindling.evaluation.TopK;
import java.util.Locale;

/** Each class with its figures, and the shares of the most probable ones. */
final class ClassesSection {
  private final ClassificationReport report;

  ClassesSection(ClassificationReport report) {
    this.report = report;
  }

  void write(Markup page) {
    page.open("section").leaf("h2", "Class by class");
    page.leaf(
        "p",
        "Precision: of the rows predicted so, how many are. Recall: of the rows that are so, how"
            + " many were found. F1 is the harmonic mean of the two.",
        "class",
        "note");
    page.open(
            "div",
            "class",
            "scroll",
            "tabindex",
            "0",
            "role",
            "region",
            "aria-label",
            "Class by class")
        .open("table", "class", "classes")
        .leaf("caption", "Precision, recall and F1 of each class")
        .open("thead")
        .open("tr");
    for (String title : new String[] {"Class", "Precision", "Recall", "F1", "Rows", "Predicted"}) {
      page.leaf("th", title, "scope", "col");
    }
    page.close().close().open("tbody");
    for (int c = 0; c < report.classes().size(); c++) {
      row(page, c, report.classes().get(c));
    }
    page.close().close().close();
    topK(page);
    page.close();
  }

  private static void row(Markup page, int index, ClassFigures figures) {
    page.open("tr", "data-class", index).leaf("th", figures.name(), "scope", "row");
    share(page, "precision", figures.precision());
    share(page, "recall", figures.recall());
    share(page, "f1", figures.f1());
    page.leaf(
        "td",
        Figures.count(figures.support()),
        "data-metric",
        "support",
        "data-value",
        figures.support());
    page.leaf(
        "td",
        Figures.count(figures.predicted()),
        "data-metric",
        "predicted",
        "data-value",
        figures.predicted());
    page.close();
  }

  private static void share(Markup page, String metric, double value) {
    page.open(
            "td",
            "class",
            "bar",
            "style",
            String.format(Locale.ROOT, "--share:%.1f%%", 100 * value),
            "data-metric",
            metric,
            "data-value",
            value)
        .leaf("span", Figures.percent(value))
        .close();
  }

  private void topK(Markup page) {
    if (report.topK().size() < 2) {
      return;
    }
    page.leaf("h3", "Among the most probable classes")
        .leaf(
            "p",
            "How often the true class is the most probable, or among the first few.",
            "class",
            "note")
        .open("div", "class", "tiles small");
    for (TopK top : report.topK()) {
      page.open(
              "div", "class", "tile", "data-metric", "top" + top.k(), "data-value", top.accuracy())
          .leaf("span", "Top " + top.k(), "class", "name")
          .leaf("span", Figures.percent(top.accuracy()), "class", "figure")
          .close();
    }
    page.close();
  }
}
