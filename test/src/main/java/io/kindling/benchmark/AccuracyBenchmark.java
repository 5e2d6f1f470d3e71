/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import io.kindling.data.KindlingException;
import io.kindling.data.read.ImageDataSet;
import io.kindling.data.read.ImageFolderReader;
import io.kindling.estimators.NetworkClassifier;
import io.kindling.model.ClassificationMetrics;
import io.kindling.model.NetworkClassificationModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What averaging rarely costs in accuracy, and what the outer optimizer gives back. */
@Command(
    name = "accuracy",
    description = "Accuracy and seconds by workers, frequency and outer optimizer.",
    mixinStandardHelpOptions = true)
final class AccuracyBenchmark implements Runnable {
  private static final int CHANNELS = 3;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "CIFAR",
      description = "What 'kindling prepare' wrote, or image files in train|test/CLASS folders.")
  private String input;

  @Option(names = "--workers", split = ",", defaultValue = "2,4")
  private List<Integer> workers;

  @Option(names = "--frequencies", split = ",", defaultValue = "1,10,50")
  private List<Integer> frequencies;

  @Option(names = "--outer-optimizers", split = ",", defaultValue = "average,nesterov")
  private List<String> outerOptimizers;

  @Option(names = "--outer-learning-rate", description = "nesterov's; default: the estimator's.")
  private Double outerLearningRate;

  @Option(names = "--outer-momentum", description = "nesterov's; default: the estimator's.")
  private Double outerMomentum;

  @Option(names = "--network", defaultValue = "cifar-cnn", description = "A name or layers.")
  private String network;

  @Option(names = "--epochs", defaultValue = "10")
  private int epochs;

  @Option(names = "--batch", defaultValue = "64")
  private int batch;

  @Option(names = "--examples", description = "Of the training set; default: all.")
  private Integer examples;

  @Option(names = "--seeds", split = ",", defaultValue = "1", description = "One run each.")
  private List<Long> seeds;

  @Option(names = "--master", description = "Default: local[MOST WORKERS].")
  private String master;

  @Override
  public void run() {
    JavaCommand.setSpark(master == null ? "local[%d]".formatted(Collections.max(workers)) : master);
    Report report = new Report(spec);
    SparkSession spark = SparkSession.builder().appName("kindling-benchmark").getOrCreate();
    Dataset<Row> images = images(spark);
    Dataset<Row> training = images.filter("split = 'train'");
    Dataset<Row> train = examples == null ? training : training.limit(examples);
    Dataset<Row> test = images.filter("split = 'test'");
    report.columns(
        "workers",
        "frequency",
        "outer optimizer",
        "accuracy, median",
        "least to most",
        "seconds in rounds",
        "examples/s");
    for (int count : workers) {
      for (int frequency : frequencies) {
        for (String outer : outerOptimizers) {
          add(report, train, test, count, frequency, outer);
        }
      }
    }
    spark.stop();
  }

  private void add(
      Report report,
      Dataset<Row> train,
      Dataset<Row> test,
      int count,
      int frequency,
      String outer) {
    List<Double> accuracies = new ArrayList<>();
    List<Double> seconds = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    for (long seed : seeds) {
      System.err.printf("%d workers, frequency %d, %s, seed %d%n", count, frequency, outer, seed);
      NetworkClassifier classifier =
          new NetworkClassifier()
              .setNetwork(network)
              .setEpochs(epochs)
              .setBatchSize(batch)
              .setWorkers(count)
              .setAveragingFrequency(frequency)
              .setSeed(seed)
              .setOuterOptimizer(outer);
      if (outerLearningRate != null && !"average".equals(outer)) {
        classifier.setOuterLearningRate(outerLearningRate);
      }
      if (outerMomentum != null && !"average".equals(outer)) {
        classifier.setOuterMomentum(outerMomentum);
      }
      NetworkClassificationModel model = classifier.fit(train);
      accuracies.add(
          ClassificationMetrics.of(model.transform(test), "label", "prediction", "probability")
              .accuracy());
      seconds.add(model.summary().trainSeconds());
      rates.add(model.summary().examplesPerSecond());
    }
    report.add(
        Integer.toString(count),
        Integer.toString(frequency),
        outer,
        "%.4f".formatted(Report.median(accuracies)),
        "%.4f to %.4f".formatted(Collections.min(accuracies), Collections.max(accuracies)),
        Report.figure(Report.median(seconds)),
        Report.figure(Report.median(rates)));
  }

  /** Images with their split, as {@code prepare} writes them. */
  private Dataset<Row> images(SparkSession spark) {
    Dataset<Row> found =
        isPrepared(spark)
            ? spark.read().parquet(input)
            // Decoded once, not once for each training.
            : new ImageFolderReader(CHANNELS).read(spark, input).persist(StorageLevel.DISK_ONLY());
    if (!List.of(found.columns()).contains(ImageDataSet.SPLIT)) {
      throw new KindlingException(
          "Cannot measure accuracy: %s has no column %s".formatted(input, ImageDataSet.SPLIT));
    }
    return found;
  }

  /** Spark marks what it has written. */
  private boolean isPrepared(SparkSession spark) {
    Path mark = new Path(input, "_SUCCESS");
    try {
      return mark.getFileSystem(spark.sparkContext().hadoopConfiguration()).exists(mark);
    } catch (IOException e) {
      throw new KindlingException(
          "Cannot measure accuracy: %s cannot be read: %s".formatted(input, e.getMessage()), e);
    }
  }
}
