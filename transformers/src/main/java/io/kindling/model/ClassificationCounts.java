/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.util.Map;

/**
 * How many examples of each class there were, were predicted, and were predicted right, how the
 * probabilities ranked them, and their summed loss. Parts counted on executors merge.
 */
public final class ClassificationCounts implements PredictionCounts {
  private static final long serialVersionUID = 1L;

  private static final int MOST_BINS = 4096;

  /** Of all classes together, so that the counts of a thousand classes stay below two megabytes. */
  private static final int ALL_BINS = 1 << 16;

  private static final int LEAST_BINS = 16;

  // Not the target itself: Kryo, which a user may have chosen, cannot read records.
  private final Loss loss;
  private final int units;
  private final double labelSmoothing;
  private final int topK;
  private final long[] actual;
  private final long[] predicted;
  private final long[] hits;
  private final RankHistogram[] ranks;
  private long inTop;
  private double lossSum;
  private long examples;
  private transient ClassTarget target;

  /**
   * @param target what labels and outputs mean
   */
  public ClassificationCounts(ClassTarget target) {
    this.target = target;
    this.loss = target.loss();
    this.units = target.units();
    this.labelSmoothing = target.labelSmoothing();
    this.topK = target.topK();
    int classes = target.classes();
    this.actual = new long[classes];
    this.predicted = new long[classes];
    this.hits = new long[classes];
    // Of two classes the second's curve is the first's from the other end.
    this.ranks = new RankHistogram[classes == 2 ? 1 : classes];
    for (int c = 0; c < ranks.length; c++) {
      ranks[c] = new RankHistogram(bins(ranks.length));
    }
  }

  private static int bins(int curves) {
    return Math.max(
        LEAST_BINS, Integer.highestOneBit(Math.min(MOST_BINS, ALL_BINS / Math.max(1, curves))));
  }

  private ClassTarget target() {
    if (target == null) {
      target = new ClassTarget(actual.length, loss, units, labelSmoothing, topK);
    }
    return target;
  }

  /**
   * Counts one example.
   *
   * @param raw logits or margins, one for each class
   */
  public ClassificationCounts add(int label, double[] raw) {
    return add(
        label, Softmax.argmax(raw), target().probabilities(raw), target().lossOf(raw, label));
  }

  @Override
  public void add(float encoded, float[] outputs, int example) {
    add((int) encoded, target().raw(Softmax.row(outputs, example, units)));
  }

  /**
   * Counts one example.
   *
   * @param probabilities one for each class
   */
  public ClassificationCounts add(
      int label, int prediction, double[] probabilities, double itsLoss) {
    actual[label]++;
    predicted[prediction]++;
    if (label == prediction) {
      hits[label]++;
    }
    if (placeOf(label, probabilities) < topK) {
      inTop++;
    }
    rank(label, probabilities);
    lossSum += itsLoss;
    examples++;
    return this;
  }

  /** How many classes are more probable than one; of equal ones the first comes first. */
  public static int placeOf(int label, double[] probabilities) {
    int before = 0;
    for (int c = 0; c < probabilities.length; c++) {
      if (probabilities[c] > probabilities[label]
          || (probabilities[c] == probabilities[label] && c < label)) {
        before++;
      }
    }
    return before;
  }

  private void rank(int label, double[] probabilities) {
    if (ranks.length == 1) {
      double odds = Math.log(probabilities[1]) - Math.log(probabilities[0]);
      ranks[0].add(odds, label == 1);
      return;
    }
    int likeliest = Softmax.argmax(probabilities);
    double lesser = 0;
    for (int c = 0; c < probabilities.length; c++) {
      lesser += c == likeliest ? 0 : probabilities[c];
    }
    for (int c = 0; c < probabilities.length; c++) {
      // Not 1 less its own, of which nothing would be left where that is nearly 1.
      double rest = c == likeliest ? lesser : lesser - probabilities[c] + probabilities[likeliest];
      ranks[c].add(Math.log(probabilities[c]) - Math.log(rest), c == label);
    }
  }

  /** Adds what another part counted of the same classes. */
  @Override
  public ClassificationCounts merge(PredictionCounts other) {
    ClassificationCounts more = (ClassificationCounts) other;
    for (int c = 0; c < actual.length; c++) {
      actual[c] += more.actual[c];
      predicted[c] += more.predicted[c];
      hits[c] += more.hits[c];
    }
    for (int c = 0; c < ranks.length; c++) {
      ranks[c].merge(more.ranks[c]);
    }
    inTop += more.inTop;
    lossSum += more.lossSum;
    examples += more.examples;
    return this;
  }

  /** How many examples there were of a class. */
  public long actual(int of) {
    return actual[of];
  }

  /** How many examples were predicted to be of a class. */
  public long predicted(int as) {
    return predicted[as];
  }

  /** How many examples of a class were predicted right. */
  public long hits(int of) {
    return hits[of];
  }

  /** How examples were ranked by the second of two classes; null of more classes. */
  public RankHistogram ranksOfSecond() {
    return ranks.length == 1 ? ranks[0] : null;
  }

  @Override
  public Map<String, Double> asMap() {
    return metrics().asMap();
  }

  /** What the counts amount to; all NaN where there was no example. */
  public ClassificationMetrics metrics() {
    long right = 0;
    int seen = 0;
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    for (int c = 0; c < actual.length; c++) {
      if (actual[c] + predicted[c] > 0) {
        seen++;
        precision += predicted[c] == 0 ? 0 : (double) hits[c] / predicted[c];
        recall += actual[c] == 0 ? 0 : (double) hits[c] / actual[c];
        f1 += 2.0 * hits[c] / (actual[c] + predicted[c]);
      }
      right += hits[c];
    }
    return new ClassificationMetrics(
        examples,
        (double) right / examples,
        precision / seen,
        recall / seen,
        f1 / seen,
        lossSum / examples,
        auc(),
        actual.length > topK ? (double) inTop / examples : Double.NaN);
  }

  /** The mean over the classes of which there are examples of both kinds. */
  private double auc() {
    double sum = 0;
    int counted = 0;
    for (RankHistogram curve : ranks) {
      double area = curve.area();
      if (!Double.isNaN(area)) {
        sum += area;
        counted++;
      }
    }
    return sum / counted;
  }

  /** By how much the metric {@code auc} may be off at most, for its bins are not single scores. */
  double aucError() {
    double sum = 0;
    int counted = 0;
    for (RankHistogram curve : ranks) {
      if (!Double.isNaN(curve.area())) {
        sum += curve.error();
        counted++;
      }
    }
    return sum / counted;
  }
}
