/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.explanation;

import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A table of the parts with the largest attributions of either sign.
 *
 * @param caption of the table
 * @param what a part is called
 * @param attributions of each part
 * @param drops of the score without it
 */
@SuppressWarnings("ArrayRecordComponent") // written once, never compared
record RankedTable(Markup page, String caption, String what, float[] attributions, float[] drops) {
  private static final int ROWS = 8;

  /**
   * @param name of a part
   */
  void write(IntFunction<String> name) {
    List<Integer> most =
        IntStream.range(0, attributions.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -Math.abs(attributions[i])))
            .limit(ROWS)
            .toList();
    if (most.isEmpty()) {
      return;
    }
    page.open("table").element("caption", caption).open("thead").open("tr");
    page.element("th", what, "scope", "col");
    page.element("th", "attribution", "scope", "col", "class", "number");
    page.element("th", "drop without it", "scope", "col", "class", "number");
    page.close().close().open("tbody");
    for (int part : most) {
      page.open("tr").element("td", name.apply(part));
      page.element("td", ExplanationPage.number(attributions[part]), "class", "number");
      page.element("td", ExplanationPage.number(drops[part]), "class", "number").close();
    }
    page.close().close();
  }
}
