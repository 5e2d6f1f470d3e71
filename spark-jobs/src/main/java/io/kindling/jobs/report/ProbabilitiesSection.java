/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import io.kindling.evaluation.Calibration;
import io.kindling.evaluation.ClassificationReport;
import io.kindling.evaluation.ThresholdCurves;
import java.util.ArrayList;
import java.util.List;

/** Whether probabilities mean what they say, and of two classes what thresholds give. */
final class ProbabilitiesSection {
  private static final double HEIGHT = 400;

  private final ClassificationReport report;

  ProbabilitiesSection(ClassificationReport report) {
    this.report = report;
  }

  void write(Markup page) {
    page.open("section").leaf("h2", "How far to trust its probabilities");
    page.open("div", "class", "plots");
    reliability(page, report.calibration());
    if (report.curves() != null) {
      roc(page, report.curves());
      precisionRecall(page, report.curves());
    }
    page.close().close();
  }

  private static void reliability(Markup page, Calibration calibration) {
    new Legend(
            page,
            "Calibration",
            "Of the rows that it is 80 percent sure of, 80 percent should be right: points on the line. Below it the model is too sure, above it too careful. Expected calibration error %s."
                .formatted(Figures.number(calibration.expectedError())))
        .entry("c1", "predicted right")
        .entry("faint", "share of the rows")
        .end();
    Plot plot =
        new Plot(
            page,
            "calibration",
            "Share predicted right by probability of the predicted class",
            Axis.ofShares("probability of the predicted class"),
            Axis.ofShares("share predicted right"),
            HEIGHT);
    long all = calibration.bins().stream().mapToLong(Calibration.Bin::count).sum();
    List<double[]> points = new ArrayList<>();
    for (int bin = 0; bin < calibration.bins().size(); bin++) {
      Calibration.Bin of = calibration.bins().get(bin);
      if (of.count() > 0) {
        points.add(new double[] {of.confidence(), of.accuracy()});
        plot.box(
            "faint",
            of.from(),
            of.to(),
            0,
            (double) of.count() / all,
            tip(of),
            "data-metric",
            "calibration.count",
            "data-bin",
            bin,
            "data-value",
            of.count());
      }
    }
    plot.guide(0, 0, 1, 1).curve("c1", "calibration", points);
    for (int bin = 0; bin < calibration.bins().size(); bin++) {
      Calibration.Bin of = calibration.bins().get(bin);
      if (of.count() > 0) {
        plot.point(
            "c1",
            of.confidence(),
            of.accuracy(),
            tip(of),
            "data-metric",
            "calibration.accuracy",
            "data-bin",
            bin,
            "data-value",
            of.accuracy());
      }
    }
    plot.end();
    page.close();
  }

  private static String tip(Calibration.Bin bin) {
    return "%s, on average %s sure, %s right"
        .formatted(
            Figures.count(bin.count(), "row"),
            Figures.percent(bin.confidence()),
            Figures.percent(bin.accuracy()));
  }

  private static void roc(Markup page, ThresholdCurves curves) {
    new Legend(
            page,
            "ROC curve",
            "How many of %s are found, and how many others with them, as the threshold falls. Area %s; a guess has 0.5."
                .formatted(curves.positive(), Figures.number(curves.auc())))
        .end();
    Plot plot =
        new Plot(
            page,
            "roc",
            "ROC curve",
            Axis.ofShares("false positive rate"),
            Axis.ofShares("true positive rate"),
            HEIGHT);
    List<double[]> points = new ArrayList<>();
    curves.points().forEach(p -> points.add(new double[] {p.falsePositiveRate(), p.recall()}));
    plot.guide(0, 0, 1, 1).curve("c1", "roc", points).end();
    page.close();
  }

  private static void precisionRecall(Markup page, ThresholdCurves curves) {
    double positives = (double) curves.positives() / (curves.positives() + curves.negatives());
    new Legend(
            page,
            "Precision and recall",
            "Of those predicted to be %s, how many are, as more of them are found. Average precision %s; a guess has %s."
                .formatted(
                    curves.positive(),
                    Figures.number(curves.averagePrecision()),
                    Figures.number(positives)))
        .end();
    Plot plot =
        new Plot(
            page,
            "precision-recall",
            "Precision by recall",
            Axis.ofShares("recall"),
            Axis.ofShares("precision"),
            HEIGHT);
    List<double[]> points = new ArrayList<>();
    curves.points().forEach(p -> points.add(new double[] {p.recall(), p.precision()}));
    plot.guide(0, positives, 1, positives).curve("c1", "precision-recall", points).end();
    page.close();
  }
}
