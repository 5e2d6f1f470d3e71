/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import io.kindling.evaluation.LargeError;
import java.util.List;

/** The examples whose numbers were predicted worst. */
final class LargeErrorsSection {
  private final List<LargeError> worst;

  LargeErrorsSection(List<LargeError> worst) {
    this.worst = worst;
  }

  void write(Markup page) {
    if (worst.isEmpty()) {
      return;
    }
    boolean texts = worst.stream().anyMatch(error -> Exhibit.isText(error.preview()));
    page.open("section").leaf("h2", "The largest errors");
    page.leaf("p", "Look at them first; at times it is the label that is wrong.", "class", "note");
    page.open("div", "class", texts ? "gallery texts" : "gallery");
    for (int i = 0; i < worst.size(); i++) {
      error(page, i, worst.get(i));
    }
    page.close().close();
  }

  private static void error(Markup page, int index, LargeError error) {
    String sign = error.error() > 0 ? "+" : "−";
    page.open(
        "figure",
        "class",
        "mistake",
        "data-mistake",
        index,
        "data-origin",
        error.origin(),
        "data-error",
        error.error());
    Exhibit.write(
        page,
        error.preview(),
        "%s predicted to be %s"
            .formatted(Figures.number(error.label()), Figures.number(error.prediction())));
    page.open("figcaption")
        .open("p", "class", "wrong")
        .text("predicted ")
        .leaf("b", Figures.number(error.prediction()))
        .leaf("span", sign + Figures.number(Math.abs(error.error())))
        .close()
        .open("p", "class", "right")
        .text("is ")
        .leaf("b", Figures.number(error.label()))
        .close();
    if (error.origin() != null) {
      page.leaf("p", error.origin(), "class", "origin");
    }
    page.close().close();
  }
}
