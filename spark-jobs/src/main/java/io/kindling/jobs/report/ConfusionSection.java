/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import io.kindling.evaluation.ClassificationReport;
import io.kindling.evaluation.Confusion;
import io.kindling.evaluation.ConfusionMatrix;
import java.util.List;
import java.util.Locale;

/** Which classes are taken for which: a matrix as a heat map, and the most frequent mistakes. */
final class ConfusionSection {
  /** Larger matrices show counts only, the percentages when a pointer rests on a cell. */
  private static final int MOST_WITH_PERCENTAGES = 12;

  private static final int LONGEST_LEVEL_NAME = 4;
  private static final int LISTED = 10;

  /** Above, text must be in the other colour to be read. */
  private static final double STRONG = 0.7;

  private final ClassificationReport report;

  ConfusionSection(ClassificationReport report) {
    this.report = report;
  }

  void write(Markup page) {
    ConfusionMatrix confusion = report.confusion();
    page.open("section").leaf("h2", "What is taken for what");
    if (confusion.counts() == null) {
      page.leaf(
          "p",
          "A matrix of %s classes would be too large to read; these are the most frequent mistakes."
              .formatted(Figures.count(report.classes().size())),
          "class",
          "note");
    } else {
      page.leaf(
          "p",
          "Each row is a true class, each column a predicted one: how many, and which share of the"
              + " row. Blue is right, orange is wrong.",
          "class",
          "note");
      matrix(page, confusion.counts());
    }
    mistakes(page, confusion);
    page.close();
  }

  private void matrix(Markup page, List<List<Long>> counts) {
    int classes = counts.size();
    boolean dense = classes > MOST_WITH_PERCENTAGES;
    boolean upright =
        dense
            || report.classes().stream().anyMatch(c -> c.name().length() > LONGEST_LEVEL_NAME * 3);
    page.open(
            "div",
            "class",
            "scroll",
            "tabindex",
            "0",
            "role",
            "region",
            "aria-label",
            "Confusion matrix")
        .open("table", "class", "matrix" + (dense ? " dense" : "") + (upright ? " upright" : ""))
        .leaf("caption", "Confusion matrix")
        .open("thead")
        .open("tr")
        .open("th", "scope", "col", "class", "corner")
        .leaf("span", "predicted →")
        .leaf("span", "true ↓")
        .close();
    report
        .classes()
        .forEach(
            c -> page.open("th", "scope", "col", "title", c.name()).leaf("span", c.name()).close());
    page.close().close().open("tbody");
    for (int actual = 0; actual < classes; actual++) {
      String name = report.classes().get(actual).name();
      page.open("tr").leaf("th", name, "scope", "row", "title", name);
      for (int predicted = 0; predicted < classes; predicted++) {
        cell(page, counts, actual, predicted);
      }
      page.close();
    }
    page.close().close().close();
  }

  private void cell(Markup page, List<List<Long>> counts, int actual, int predicted) {
    long count = counts.get(actual).get(predicted);
    long support = report.classes().get(actual).support();
    double share = support == 0 ? 0 : (double) count / support;
    boolean right = actual == predicted;
    // Mistakes are few: by their root they are seen all the same.
    double heat = count == 0 ? 0 : right ? 0.1 + 0.85 * share : 0.12 + 0.85 * Math.sqrt(share);
    String percent = Figures.percent(share);
    page.open(
            "td",
            "class",
            (right ? "right" : "wrong")
                + (count == 0 ? " none" : "")
                + (heat > STRONG ? " strong" : ""),
            "style",
            String.format(Locale.ROOT, "--heat:%.3f", heat),
            "title",
            "%s taken for %s: %s, %s"
                .formatted(
                    report.classes().get(actual).name(),
                    report.classes().get(predicted).name(),
                    Figures.count(count),
                    percent),
            "data-metric",
            "confusion",
            "data-actual",
            actual,
            "data-predicted",
            predicted,
            "data-value",
            count)
        .leaf("span", Figures.count(count), "class", "count");
    if (counts.size() <= MOST_WITH_PERCENTAGES) {
      page.leaf("span", percent, "class", "share");
    }
    page.close();
  }

  private static void mistakes(Markup page, ConfusionMatrix confusion) {
    if (confusion.mistakes().isEmpty()) {
      page.leaf("p", "There is no mistake.", "class", "note");
      return;
    }
    page.leaf("h3", "The most frequent mistakes").open("ol", "class", "confusions");
    confusion.mistakes().stream().limit(LISTED).forEach(mistake -> item(page, mistake));
    page.close();
  }

  private static void item(Markup page, Confusion mistake) {
    page.open("li", "data-metric", "mistake", "data-value", mistake.count())
        .leaf("b", mistake.actual())
        .text(" taken for ")
        .leaf("b", mistake.predicted())
        .leaf(
            "span",
            "%s, %s of its rows"
                .formatted(
                    Figures.count(mistake.count(), "time"), Figures.percent(mistake.share())),
            "class",
            "muted")
        .close();
  }
}
