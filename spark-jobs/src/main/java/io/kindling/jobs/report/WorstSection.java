/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import io.kindling.evaluation.LargeError;
import io.kindling.evaluation.Mistake;
import io.kindling.evaluation.Preview;
import java.util.List;

/** The worst examples side by side, to be looked at. */
final class WorstSection {
  /**
   * One of them.
   *
   * @param origin null where it is not known
   * @param preview null where nothing can be shown
   * @param verb between it and what was predicted
   * @param predictedFigure how sure, or how far off
   * @param actualFigure null for none
   * @param figure name of the number by which they are the worst
   * @param value that number
   * @param probability of what was predicted; null of a number
   */
  private record Item(
      String origin,
      Preview preview,
      String verb,
      String predicted,
      String predictedFigure,
      String actual,
      String actualFigure,
      String figure,
      double value,
      Double probability) {}

  private final String title;
  private final String note;
  private final List<Item> items;

  private WorstSection(String title, String note, List<Item> items) {
    this.title = title;
    this.note = note;
    this.items = items;
  }

  static WorstSection ofMistakes(List<Mistake> worst) {
    return new WorstSection(
        "The worst mistakes",
        "Those of greatest loss: predicted wrong, and surest of it. Look at them first; at times it"
            + " is the label that is wrong.",
        worst.stream()
            .map(
                of ->
                    new Item(
                        of.origin(),
                        of.preview(),
                        "taken for",
                        of.predicted(),
                        Figures.percent(of.probability()),
                        of.actual(),
                        Figures.percent(of.probabilityOfActual()),
                        "loss",
                        of.loss(),
                        of.probability()))
            .toList());
  }

  static WorstSection ofErrors(List<LargeError> worst) {
    return new WorstSection(
        "The largest errors",
        "Look at them first; at times it is the label that is wrong.",
        worst.stream()
            .map(
                of ->
                    new Item(
                        of.origin(),
                        of.preview(),
                        "predicted",
                        Figures.number(of.prediction()),
                        (of.error() > 0 ? "+" : "−") + Figures.number(Math.abs(of.error())),
                        Figures.number(of.label()),
                        null,
                        "error",
                        of.error(),
                        null))
            .toList());
  }

  void write(Markup page) {
    if (items.isEmpty()) {
      return;
    }
    boolean wide = items.stream().anyMatch(item -> Exhibit.isWide(item.preview()));
    page.open("section").leaf("h2", title).leaf("p", note, "class", "note");
    page.open("div", "class", wide ? "gallery wide" : "gallery");
    for (int i = 0; i < items.size(); i++) {
      write(page, i, items.get(i));
    }
    page.close().close();
  }

  private static void write(Markup page, int index, Item item) {
    page.open(
        "figure",
        "class",
        "mistake",
        "data-mistake",
        index,
        "data-origin",
        item.origin(),
        "data-" + item.figure(),
        item.value(),
        "data-probability",
        item.probability());
    Exhibit.write(page, item.preview(), item.actual() + " " + item.verb() + " " + item.predicted());
    page.open("figcaption");
    line(page, "wrong", item.verb(), item.predicted(), item.predictedFigure());
    line(page, "right", "is", item.actual(), item.actualFigure());
    if (item.origin() != null) {
      page.leaf("p", item.origin(), "class", "origin");
    }
    page.close().close();
  }

  private static void line(Markup page, String styles, String verb, String what, String figure) {
    page.open("p", "class", styles).text(verb + " ").leaf("b", what);
    if (figure != null) {
      page.leaf("span", figure);
    }
    page.close();
  }
}
