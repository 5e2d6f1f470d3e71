/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import io.kindling.evaluation.Mistake;
import java.util.List;

/** The worst mistakes, to be looked at: often the label is wrong, or nobody could tell. */
final class MistakesSection {
  private final List<Mistake> worst;

  MistakesSection(List<Mistake> worst) {
    this.worst = worst;
  }

  void write(Markup page) {
    if (worst.isEmpty()) {
      return;
    }
    boolean texts = worst.stream().anyMatch(mistake -> Exhibit.isText(mistake.preview()));
    page.open("section").leaf("h2", "The worst mistakes");
    page.leaf(
        "p",
        "Those of greatest loss: predicted wrong, and surest of it. Look at them first; at times it"
            + " is the label that is wrong.",
        "class",
        "note");
    page.open("div", "class", texts ? "gallery texts" : "gallery");
    for (int i = 0; i < worst.size(); i++) {
      mistake(page, i, worst.get(i));
    }
    page.close().close();
  }

  private static void mistake(Markup page, int index, Mistake mistake) {
    page.open(
        "figure",
        "class",
        "mistake",
        "data-mistake",
        index,
        "data-origin",
        mistake.origin(),
        "data-loss",
        mistake.loss(),
        "data-probability",
        mistake.probability());
    Exhibit.write(
        page,
        mistake.preview(),
        "%s taken for %s".formatted(mistake.actual(), mistake.predicted()));
    page.open("figcaption")
        .open("p", "class", "wrong")
        .text("taken for ")
        .leaf("b", mistake.predicted())
        .leaf("span", Figures.percent(mistake.probability()))
        .close()
        .open("p", "class", "right")
        .text("is ")
        .leaf("b", mistake.actual())
        .leaf("span", Figures.percent(mistake.probabilityOfActual()))
        .close();
    if (mistake.origin() != null) {
      page.leaf("p", mistake.origin(), "class", "origin");
    }
    page.close().close();
  }
}
