/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import io.kindling.evaluation.AbsoluteErrors;
import io.kindling.evaluation.Histogram;
import io.kindling.evaluation.PredictionGrid;
import io.kindling.evaluation.RegressionReport;
import java.util.Collections;

/** Predicted against true numbers, and the errors. */
final class ResidualsSection {
  private static final double HEIGHT = 400;
  private static final int SHADES = 5;

  private final RegressionReport report;

  ResidualsSection(RegressionReport report) {
    this.report = report;
  }

  void write(Markup page) {
    page.open("section").leaf("h2", "Predicted and true");
    page.open("div", "class", "plots");
    grid(page, report.grid());
    histogram(page, report.residuals());
    page.close();
    sizes(page, report.absoluteErrors());
    page.close();
  }

  private static void grid(Markup page, PredictionGrid grid) {
    new Legend(
            page,
            "Predictions",
            "Each square holds rows of about the same true and predicted number, the darker the"
                + " more. On the line a prediction is right.")
        .end();
    double to = grid.from() + grid.size() * grid.width();
    Plot plot =
        new Plot(
            page,
            "predictions",
            "Predicted against true numbers",
            Axis.exact("true", grid.from(), to, 5),
            Axis.exact("predicted", grid.from(), to, 5),
            HEIGHT);
    long most = grid.cells().stream().mapToLong(PredictionGrid.Cell::count).max().orElse(1);
    for (PredictionGrid.Cell cell : grid.cells()) {
      double label = grid.from() + cell.label() * grid.width();
      double prediction = grid.from() + cell.prediction() * grid.width();
      double dark = most == 1 ? 1 : Math.log((double) cell.count()) / Math.log((double) most);
      plot.box(
          "c1 shade" + (1 + (int) Math.round(dark * (SHADES - 1))),
          label,
          label + grid.width(),
          prediction,
          prediction + grid.width(),
          Figures.count(cell.count(), "row"),
          "data-metric",
          "grid",
          "data-label",
          cell.label(),
          "data-prediction",
          cell.prediction(),
          "data-value",
          cell.count());
    }
    plot.guide(grid.from(), grid.from(), to, to).end();
    page.close();
  }

  private static void histogram(Markup page, Histogram residuals) {
    long outside = residuals.below() + residuals.above();
    new Legend(
            page,
            "Errors",
            "Predicted less true: to the right of 0 too much was predicted."
                + (outside == 0
                    ? ""
                    : " %s further out."
                        .formatted(
                            Figures.count(outside, "row") + (outside == 1 ? " lies" : " lie"))))
        .end();
    double to = residuals.from() + residuals.counts().size() * residuals.width();
    Plot plot =
        new Plot(
            page,
            "residuals",
            "Histogram of the errors",
            Axis.exact("predicted less true", residuals.from(), to, 5),
            Axis.round("rows", 0, Collections.max(residuals.counts()), 5),
            HEIGHT);
    for (int bin = 0; bin < residuals.counts().size(); bin++) {
      double from = residuals.from() + bin * residuals.width();
      long count = residuals.counts().get(bin);
      plot.box(
          "c1",
          from,
          from + residuals.width(),
          0,
          (double) count,
          "%s from %s to %s"
              .formatted(
                  Figures.count(count, "row"),
                  Figures.number(from),
                  Figures.number(from + residuals.width())),
          "data-metric",
          "residuals",
          "data-bin",
          bin,
          "data-value",
          count);
    }
    plot.upright(0).end();
    page.close();
  }

  private static void sizes(Markup page, AbsoluteErrors errors) {
    page.leaf("h3", "How far off")
        .leaf("p", "So many of the predictions are off by at most so much.", "class", "note")
        .open("div", "class", "tiles small");
    size(page, "median", "Half of them", errors.median());
    size(page, "p90", "90 percent", errors.p90());
    size(page, "p95", "95 percent", errors.p95());
    size(page, "p99", "99 percent", errors.p99());
    size(page, "maximum", "All", errors.maximum());
    page.close();
  }

  private static void size(Markup page, String name, String title, double value) {
    page.open("div", "class", "tile", "data-metric", "absoluteErrors." + name, "data-value", value)
        .leaf("span", title, "class", "name")
        .leaf("span", Figures.number(value), "class", "figure")
        .close();
  }
}
