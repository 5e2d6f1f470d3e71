/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import io.kindling.model.ClassificationCounts;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Mistakes by true and predicted class. Only pairs that occur are kept, so that thousands of
 * classes do not need millions of cells. Parts counted on executors merge.
 */
final class Confusions implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Some 20 MB at most. */
  private static final int MOST_PAIRS = 1 << 18;

  private final int mostPairs;
  private final Map<Long, Long> counts = new HashMap<>();
  private long uncounted;

  Confusions() {
    this(MOST_PAIRS);
  }

  /**
   * @param mostPairs kept; when there are more, the rarer half is given up
   */
  Confusions(int mostPairs) {
    this.mostPairs = mostPairs;
  }

  void add(int actual, int predicted) {
    counts.merge(((long) actual << Integer.SIZE) | predicted, 1L, Long::sum);
    bound();
  }

  void merge(Confusions other) {
    other.counts.forEach((pair, count) -> counts.merge(pair, count, Long::sum));
    uncounted += other.uncounted;
    bound();
  }

  private void bound() {
    if (counts.size() <= mostPairs) {
      return;
    }
    List<Map.Entry<Long, Long>> rarestFirst = new ArrayList<>(counts.entrySet());
    rarestFirst.sort(Map.Entry.comparingByValue());
    for (Map.Entry<Long, Long> rare : rarestFirst.subList(0, rarestFirst.size() - mostPairs / 2)) {
      uncounted += rare.getValue();
      counts.remove(rare.getKey());
    }
  }

  private static int actual(long pair) {
    return (int) (pair >>> Integer.SIZE);
  }

  private static int predicted(long pair) {
    return (int) pair;
  }

  /**
   * What the counts amount to.
   *
   * @param all of the same examples
   */
  ConfusionMatrix matrix(ClassificationCounts all, List<String> classes) {
    List<Confusion> mistakes =
        counts.entrySet().stream()
            .sorted(
                Map.Entry.<Long, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(ConfusionMatrix.MOST_LISTED)
            .map(
                entry -> {
                  int actual = actual(entry.getKey());
                  return new Confusion(
                      classes.get(actual),
                      classes.get(predicted(entry.getKey())),
                      entry.getValue(),
                      (double) entry.getValue() / all.actual(actual));
                })
            .toList();
    return new ConfusionMatrix(
        classes.size() > ConfusionMatrix.MOST_CLASSES ? null : cells(all, classes.size()),
        mistakes,
        uncounted);
  }

  private List<List<Long>> cells(ClassificationCounts all, int classes) {
    List<List<Long>> rows = new ArrayList<>();
    for (int actual = 0; actual < classes; actual++) {
      List<Long> row = new ArrayList<>();
      for (int predicted = 0; predicted < classes; predicted++) {
        row.add(
            actual == predicted
                ? all.hits(actual)
                : counts.getOrDefault(((long) actual << Integer.SIZE) | predicted, 0L));
      }
      rows.add(row);
    }
    return rows;
  }
}
