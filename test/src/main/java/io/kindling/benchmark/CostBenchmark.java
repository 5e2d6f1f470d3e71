/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import static io.kindling.network.Layers.layer;

import io.kindling.estimators.NetworkClassifier;
import io.kindling.model.EpochSummary;
import io.kindling.model.RoundLedger;
import io.kindling.model.TrainingSummary;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What averaging costs beside fitting, against rows, workers, averaging frequency and parameters:
 * one hidden layer between 784 inputs and 10 classes, as wide as the parameters ask, with Adam.
 */
@Command(
    name = "cost",
    description = "Seconds of a round beside fitting, by rows, workers, frequency, parameters.",
    mixinStandardHelpOptions = true)
final class CostBenchmark implements Runnable {
  private static final int INPUTS = 784;
  private static final int CLASSES = 10;
  private static final int MILLIS = 1000;
  private static final double SMALL = 0.1;

  @Spec private CommandSpec spec;

  @Option(names = "--master", description = "Default: local[WORKERS].")
  private String master;

  @Option(names = "--rows", split = ",", defaultValue = "16000,32000,64000")
  private List<Integer> rows;

  @Option(names = "--workers", split = ",", defaultValue = "2,1,4", description = "First: usual.")
  private List<Integer> workers;

  @Option(names = "--frequencies", split = ",", defaultValue = "5,1,20", description = "Likewise.")
  private List<Integer> frequencies;

  @Option(
      names = "--parameters",
      split = ",",
      defaultValue = "0.1,1,5,20",
      description = "In millions; dl4j-spark stands beside the last.")
  private List<Double> parameters;

  @Option(names = "--batch", defaultValue = "64")
  private int batch;

  @Option(
      names = "--epochs",
      defaultValue = "4",
      description = "The first warms up; the median of the others is shown.")
  private int epochs;

  @Option(
      names = "--rounds",
      defaultValue = "4",
      description = "Of an epoch, where parameters vary.")
  private int rounds;

  private SparkSession spark;

  /** One training. */
  private record Point(String engine, int rows, int workers, int frequency, double millions) {}

  @Override
  public void run() {
    JavaCommand.setSpark(master == null ? "local[%d]".formatted(workers.get(0)) : master);
    Report report = new Report(spec);
    spark = SparkSession.builder().appName("kindling-benchmark").getOrCreate();
    int usualWorkers = workers.get(0);
    int usualFrequency = frequencies.get(0);
    columns(report);
    for (int count : rows) {
      add(report, new Point("averaging", count, usualWorkers, usualFrequency, SMALL));
    }
    columns(report);
    for (int count : workers) {
      add(report, new Point("averaging", rows.get(0), count, usualFrequency, SMALL));
    }
    columns(report);
    for (int frequency : frequencies) {
      add(report, new Point("averaging", rows.get(0), usualWorkers, frequency, SMALL));
    }
    columns(report);
    int few = usualWorkers * usualFrequency * batch * rounds;
    for (double millions : parameters) {
      add(report, new Point("averaging", few, usualWorkers, usualFrequency, millions));
    }
    double most = parameters.get(parameters.size() - 1);
    add(report, new Point("dl4j-spark", few, usualWorkers, usualFrequency, most));
    report.note(
        "A round's parts are milliseconds, means over the workers; what dl4j-spark does beside"
            + " fitting all counts as schedule.");
    spark.stop();
  }

  private static void columns(Report report) {
    report.columns(
        "engine",
        "rows",
        "workers",
        "frequency",
        "parameters, million",
        "epoch, s",
        "round, ms",
        "fit",
        "beside fit",
        "schedule",
        "broadcast",
        "load",
        "serialise",
        "await",
        "reduce",
        "accounted for");
  }

  private void add(Report report, Point point) {
    EpochSummary epoch = middleEpoch(train(point));
    RoundLedger ledger = epoch.ledger();
    report.add(
        point.engine(),
        Integer.toString(point.rows()),
        Integer.toString(point.workers()),
        Integer.toString(point.frequency()),
        Report.figure(point.millions()),
        Report.figure(epoch.seconds()),
        perRound(ledger, ledger.total()),
        perRound(ledger, ledger.fit()),
        perRound(ledger, ledger.total() - ledger.fit()),
        perRound(ledger, ledger.schedule()),
        perRound(ledger, ledger.broadcast()),
        perRound(ledger, ledger.load()),
        perRound(ledger, ledger.serialise()),
        perRound(ledger, ledger.await()),
        perRound(ledger, ledger.reduce()),
        "averaging".equals(point.engine()) ? "%.0f%%".formatted(100 * ledger.accounted()) : "");
  }

  private static String perRound(RoundLedger ledger, double seconds) {
    return Report.figure(MILLIS * seconds / ledger.rounds());
  }

  private TrainingSummary train(Point point) {
    System.err.println(point);
    int units = (int) Math.round((point.millions() * 1e6 - CLASSES) / (INPUTS + 1 + CLASSES));
    return new NetworkClassifier()
        .setEngine(point.engine())
        .setFeaturesCol("features")
        .setLayers(List.of(layer("dense").with("units", units).with("activation", "relu")))
        .setOptimizer("adam")
        .setBatchSize(batch)
        .setAveragingFrequency(point.frequency())
        .setWorkers(point.workers())
        .setEpochs(epochs)
        .fit(data(point.rows(), point.workers()))
        .summary();
  }

  /** Noise with labels: the cost does not depend on what is learnt. */
  private Dataset<Row> data(int count, int partitions) {
    return spark
        .range(0, count, 1, partitions)
        .select(
            functions
                .expr(
                    "transform(sequence(1, %d), i -> float(pmod(xxhash64(id, i), 1000) / 1000))"
                        .formatted(INPUTS))
                .as("features"),
            functions.expr("double(pmod(id, %d))".formatted(CLASSES)).as("label"));
  }

  /** The epoch of median length among those after the first. */
  private static EpochSummary middleEpoch(TrainingSummary summary) {
    List<EpochSummary> history = summary.history();
    List<EpochSummary> warm =
        history.subList(history.size() > 1 ? 1 : 0, history.size()).stream()
            .sorted(java.util.Comparator.comparingDouble(EpochSummary::seconds))
            .toList();
    return warm.get((warm.size() - 1) / 2);
  }
}
