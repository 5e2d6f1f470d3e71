/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import io.kindling.model.RankHistogram;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of two classes when the second counts as predicted from another probability on: the
 * ROC curve and the curve of precision and recall, point by point.
 *
 * @param positive the second class
 * @param positives examples of it
 * @param negatives examples of the first class
 * @param auc the area under the ROC curve, as in the metrics
 * @param averagePrecision the mean of the precision over the recall, {@code sum((R_n - R_(n-1))
 *     P_n)} by falling thresholds
 * @param points by falling thresholds, from none predicted positive to all; those that a plot could
 *     not tell from the one before are left out
 */
public record ThresholdCurves(
    String positive,
    long positives,
    long negatives,
    double auc,
    double averagePrecision,
    List<Point> points)
    implements Serializable {

  /** The least step of a plot that is seen. */
  private static final double STEP = 1.0 / 400;

  /**
   * What a threshold gives.
   *
   * @param threshold the least probability at which the second class is predicted; above 1 where it
   *     never is
   * @param recall the share of its examples that is predicted so, the true positive rate
   * @param falsePositiveRate the share of the other class's examples that is predicted so
   * @param precision the share of those predicted so that is right; at the first point that of the
   *     second point
   */
  public record Point(double threshold, double recall, double falsePositiveRate, double precision)
      implements Serializable {
    private boolean isSeenApartFrom(Point other) {
      return Math.abs(recall - other.recall) >= STEP
          || Math.abs(falsePositiveRate - other.falsePositiveRate) >= STEP
          || Math.abs(precision - other.precision) >= STEP;
    }
  }

  /**
   * The curves of two classes.
   *
   * @return null where one of them has no examples
   */
  static ThresholdCurves of(String positive, RankHistogram ranks) {
    long positives = 0;
    long negatives = 0;
    for (int bin = 0; bin < ranks.bins(); bin++) {
      positives += ranks.of(bin);
      negatives += ranks.others(bin);
    }
    if (positives == 0 || negatives == 0) {
      return null;
    }
    List<Point> points = new ArrayList<>();
    Point last = null;
    long truePositives = 0;
    long falsePositives = 0;
    double averagePrecision = 0;
    for (int bin = ranks.bins() - 1; bin >= 0; bin--) {
      if (ranks.of(bin) + ranks.others(bin) == 0) {
        continue;
      }
      truePositives += ranks.of(bin);
      falsePositives += ranks.others(bin);
      double precision = (double) truePositives / (truePositives + falsePositives);
      averagePrecision += (double) ranks.of(bin) / positives * precision;
      if (points.isEmpty()) {
        points.add(new Point(Math.nextUp(1.0), 0, 0, precision));
      }
      last =
          new Point(
              1 / (1 + Math.exp(-ranks.start(bin))),
              (double) truePositives / positives,
              (double) falsePositives / negatives,
              precision);
      if (last.isSeenApartFrom(points.get(points.size() - 1))) {
        points.add(last);
      }
    }
    if (!points.get(points.size() - 1).equals(last)) {
      points.add(last);
    }
    return new ThresholdCurves(
        positive, positives, negatives, ranks.area(), averagePrecision, points);
  }
}
