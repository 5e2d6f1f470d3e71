/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.averaging.Resumption;
import io.kindling.averaging.RoundProgress;
import io.kindling.averaging.TrainingListener;
import io.kindling.averaging.TrainingPlan;
import io.kindling.model.EpochSummary;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows how a training goes: on a terminal a bar with the time left, elsewhere plain lines, one for
 * each epoch and between them at most one every ten seconds. Closing ends the bar's line.
 */
final class TrainingProgress implements TrainingListener, AutoCloseable {
  private static final long LINE_INTERVAL_NANOS = 10_000_000_000L;
  private static final int BAR_WIDTH = 110;
  private static final Set<String> SHOWN = Set.of("accuracy", "rmse", "r2", "loss");
  private static final String CLEAR_LINE = "\r\033[K";

  private final Console console;
  private TrainingPlan plan;
  private ProgressBar bar;
  private long lastLine;

  TrainingProgress(Console console) {
    this.console = console;
  }

  @Override
  public void onTrainingStart(TrainingPlan started) {
    plan = started;
    lastLine = System.nanoTime();
    console.say(
        String.format(
            Locale.ROOT,
            "training on %,d examples: %d epochs, %d workers, minibatches of %d, averaged every %d",
            plan.examples(),
            plan.epochs(),
            plan.workers(),
            plan.batchSize(),
            plan.averagingFrequency()));
    if (console.terminal()) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("minibatches")
              .setInitialMax(plan.minibatchesPerEpoch() * plan.epochs())
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(250)
              .setConsumer(new ConsoleProgressBarConsumer(console.out(), BAR_WIDTH))
              .build();
    }
  }

  @Override
  public void onResume(Resumption resumption) {
    console.say(
        above(
            String.format(
                Locale.ROOT,
                "going on from %s: %s, %,d examples trained already",
                resumption.checkpoint(),
                resumption.finished()
                    ? "the end of the training"
                    : String.format(
                        Locale.ROOT, "epoch %d, round %d", resumption.epoch(), resumption.round()),
                resumption.examplesTrained())));
  }

  /** A line over the bar, where there is one. */
  private String above(String line) {
    return bar == null ? line : CLEAR_LINE + line;
  }

  @Override
  public void onRound(RoundProgress round) {
    if (bar != null) {
      bar.setExtraMessage(
          String.format(
              Locale.ROOT,
              " epoch %d/%d, %,.0f examples/s, loss %.4f",
              round.epoch(),
              round.epochs(),
              round.examplesPerSecond(),
              round.loss()));
      bar.stepTo((round.epoch() - 1L) * round.minibatchesPerEpoch() + round.minibatchesDone());
    } else if (System.nanoTime() - lastLine > LINE_INTERVAL_NANOS) {
      lastLine = System.nanoTime();
      console.say(
          String.format(
              Locale.ROOT,
              "epoch %d/%d: %,d of %,d minibatches, %,.0f examples/s, loss %.4f, %s left",
              round.epoch(),
              round.epochs(),
              round.minibatchesDone(),
              round.minibatchesPerEpoch(),
              round.examplesPerSecond(),
              round.loss(),
              left(round)));
    }
  }

  @Override
  public void onEpoch(EpochSummary epoch) {
    lastLine = System.nanoTime();
    String validation =
        epoch.validation().entrySet().stream()
            .filter(metric -> SHOWN.contains(metric.getKey()))
            .map(
                metric -> String.format(Locale.ROOT, "%s %.4f", metric.getKey(), metric.getValue()))
            .collect(Collectors.joining(", "));
    console.say(
        above(
            String.format(
                Locale.ROOT,
                "epoch %d/%d: loss %.4f%s, %,.0f examples/s, %.1f s",
                epoch.epoch(),
                plan.epochs(),
                epoch.loss(),
                validation.isEmpty() ? "" : "; validation " + validation,
                epoch.examplesPerSecond(),
                epoch.seconds())));
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  private String left(RoundProgress round) {
    double seconds =
        (plan.examples() * plan.epochs() - round.examplesDone()) / round.examplesPerSecond();
    long whole = Math.max(0, Math.round(seconds));
    return whole < 60 ? whole + " s" : whole / 60 + " min " + whole % 60 + " s";
  }
}
