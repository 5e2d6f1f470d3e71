/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

/** Names of a plot's curves beside their colours. */
final class Legend {
  private final Markup page;

  /** Begins a figure with a title, a sentence and a legend; {@link #end()} ends the last. */
  Legend(Markup page, String title, String note) {
    this.page = page;
    page.open("figure", "class", "card")
        .open("figcaption")
        .leaf("h3", title)
        .leaf("p", note, "class", "note")
        .open("ul", "class", "legend");
  }

  /**
   * One curve.
   *
   * @param styles the class that gives its colour
   */
  Legend entry(String styles, String name) {
    page.open("li").leaf("i", "", "class", styles).text(name).close();
    return this;
  }

  /** Ends the caption; what follows is the plot. */
  void end() {
    page.close().close();
  }
}
