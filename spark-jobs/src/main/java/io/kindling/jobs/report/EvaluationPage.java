/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import io.kindling.evaluation.ClassificationReport;
import io.kindling.evaluation.RegressionReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * An evaluation as one HTML file: styles, plots and images are in it, so that it opens without a
 * network, and nothing in it runs. It is well-formed XML, too. Each figure is in an attribute
 * {@code data-value} as {@code evaluation.json} has it.
 */
final class EvaluationPage {
  private EvaluationPage() {}

  static String of(Evaluation evaluation) {
    Markup page = new Markup();
    page.doctype().open("html", "lang", "en").open("head");
    page.empty("meta", "charset", "utf-8");
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.empty("meta", "name", "generator", "content", "Kindling");
    page.leaf("title", "Evaluation of " + evaluation.model()).leaf("style", styles()).close();
    page.open("body").open("main");
    new HeadSection(evaluation).write(page);
    if (evaluation.classification() != null) {
      classes(page, evaluation, evaluation.classification());
    } else {
      numbers(page, evaluation, evaluation.regression());
    }
    page.open("footer")
        .open("p")
        .text(
            "Measured "
                + evaluation.measured()
                + " by Kindling. All figures of this page, and more, are in ")
        .leaf("a", EvaluationFolder.JSON, "href", EvaluationFolder.JSON)
        .text(" beside it.")
        .close()
        .close();
    return page.close().close().close().toString();
  }

  private static void classes(Markup page, Evaluation evaluation, ClassificationReport report) {
    new ConfusionSection(report).write(page);
    WorstSection.ofMistakes(report.worst()).write(page);
    new ClassesSection(report).write(page);
    new HistorySection(evaluation.history()).write(page);
    new ProbabilitiesSection(report).write(page);
  }

  private static void numbers(Markup page, Evaluation evaluation, RegressionReport report) {
    new ResidualsSection(report).write(page);
    WorstSection.ofErrors(report.worst()).write(page);
    new HistorySection(evaluation.history()).write(page);
  }

  private static String styles() {
    try (InputStream styles = EvaluationPage.class.getResourceAsStream("evaluation.css")) {
      return new String(styles.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
