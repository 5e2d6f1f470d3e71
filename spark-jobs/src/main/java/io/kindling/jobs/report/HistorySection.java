/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import io.kindling.model.EpochSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Learning curves: losses and validation metrics, epoch by epoch. */
final class HistorySection {
  /** The metrics that say most, of either kind of model, as many as there are colours. */
  private static final List<String> METRICS = List.of("accuracy", "f1", "auc", "r2");

  private static final double HEIGHT = 300;

  private record Curve(String name, String title, Function<EpochSummary, Double> value) {}

  private final List<EpochSummary> history;

  HistorySection(List<EpochSummary> history) {
    this.history = history;
  }

  void write(Markup page) {
    page.open("section").leaf("h2", "How it learned");
    if (history.isEmpty()) {
      page.leaf(
              "p",
              "The epochs of its training are not known: the model does not tell them.",
              "class",
              "note")
          .close();
      return;
    }
    page.open("div", "class", "plots");
    plot(
        page,
        "loss",
        "Loss",
        "What training makes small. Validation rows are not trained on: where their loss rises"
            + " while training's falls, the network overfits: it learns by heart.",
        List.of(
            new Curve("loss", "training", EpochSummary::loss),
            new Curve("validation.loss", "validation", epoch -> epoch.validation().get("loss"))));
    List<Curve> metrics = new ArrayList<>();
    for (String name : METRICS) {
      metrics.add(new Curve("validation." + name, name, epoch -> epoch.validation().get(name)));
    }
    plot(
        page,
        "metrics",
        "Validation metrics",
        "Measured after each epoch; the higher, the better.",
        metrics);
    page.close().close();
  }

  private void plot(Markup page, String name, String title, String note, List<Curve> wanted) {
    List<Curve> curves =
        wanted.stream().filter(curve -> history.stream().anyMatch(e -> isKnown(e, curve))).toList();
    if (curves.isEmpty()) {
      return;
    }
    Legend legend = new Legend(page, title, note);
    for (int i = 0; i < curves.size(); i++) {
      legend.entry("c" + (i + 1), curves.get(i).title());
    }
    legend.end();
    int last = history.get(history.size() - 1).epoch();
    int first = history.get(0).epoch();
    Plot plot =
        new Plot(
            page,
            name,
            title + " of each epoch",
            first == last
                ? new Axis("epoch", first - 1.0, last + 1.0, 1)
                : Axis.whole("epoch", first, last),
            range(curves),
            HEIGHT);
    for (int i = 0; i < curves.size(); i++) {
      draw(plot, curves.get(i), "c" + (i + 1));
    }
    plot.end();
    page.close();
  }

  private static boolean isKnown(EpochSummary epoch, Curve curve) {
    Double value = curve.value().apply(epoch);
    return value != null && Double.isFinite(value);
  }

  private Axis range(List<Curve> curves) {
    double least = extreme(curves, -1).orElseThrow();
    double greatest = extreme(curves, 1).orElseThrow();
    double pad = greatest > least ? 0 : Math.max(Math.abs(greatest), 1) / 10;
    return Axis.round("", least - pad, greatest + pad, 5);
  }

  private OptionalDouble extreme(List<Curve> curves, int sign) {
    OptionalDouble extreme =
        history.stream()
            .flatMapToDouble(
                epoch ->
                    curves.stream()
                        .filter(curve -> isKnown(epoch, curve))
                        .mapToDouble(curve -> sign * curve.value().apply(epoch)))
            .max();
    return extreme.isEmpty() ? extreme : OptionalDouble.of(sign * extreme.getAsDouble());
  }

  private void draw(Plot plot, Curve curve, String styles) {
    List<EpochSummary> known = history.stream().filter(e -> isKnown(e, curve)).toList();
    plot.curve(
        styles,
        curve.name(),
        known.stream().map(e -> new double[] {e.epoch(), curve.value().apply(e)}).toList());
    for (EpochSummary epoch : known) {
      double value = curve.value().apply(epoch);
      plot.point(
          styles,
          epoch.epoch(),
          value,
          "%s after epoch %d: %s".formatted(curve.title(), epoch.epoch(), Figures.number(value)),
          "data-metric",
          curve.name(),
          "data-epoch",
          epoch.epoch(),
          "data-value",
          value);
    }
  }
}
