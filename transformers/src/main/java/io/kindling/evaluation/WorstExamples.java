/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import io.kindling.data.image.ImageRows;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Row;

/** The examples of greatest loss, never more than asked for. Parts found on executors merge. */
final class WorstExamples implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int most;
  private final List<WorstExample> worst = new ArrayList<>();

  WorstExamples(int most) {
    this.most = most;
  }

  /**
   * Takes an example where it is among the worst so far. Only then is its preview made.
   *
   * @param row whose last two columns are origin and content, or null
   */
  void add(WorstExample example, Row row) {
    if (insert(example)) {
      example.show(Previews.of(row.get(row.size() - 1)));
    }
  }

  void merge(WorstExamples other) {
    other.worst.forEach(this::insert);
  }

  private boolean insert(WorstExample example) {
    boolean full = worst.size() == most;
    if (full && (most == 0 || WorstExample.ORDER.compare(example, worst.get(most - 1)) >= 0)) {
      return false;
    }
    int place = Collections.binarySearch(worst, example, WorstExample.ORDER);
    worst.add(place < 0 ? -place - 1 : place, example);
    if (full) {
      worst.remove(most);
    }
    return true;
  }

  /** The worst first. */
  List<WorstExample> list() {
    return List.copyOf(worst);
  }

  /** The origin of a row: its own column's, else its image's; null where it has none. */
  static String origin(Row row) {
    String own = row.getString(row.size() - 2);
    return own == null && row.get(row.size() - 1) instanceof Row image
        ? ImageRows.origin(image)
        : own;
  }
}
