/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import io.kindling.averaging.TrainingListener;
import io.kindling.data.read.IdxReader;
import io.kindling.estimators.NetworkClassifier;
import io.kindling.model.ClassificationMetrics;
import io.kindling.model.EpochSummary;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.network.LayerSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Throughput of training and scoring the two-convolution network of the MNIST tutorials, one line
 * an epoch, so that it can be put beside the same network elsewhere.
 *
 * <p>Arguments: folder of MNIST's IDX files, training examples, batch size, averaging frequency,
 * workers, epochs.
 */
public final class TrainingBenchmark {
  private static final double NANOS = 1e9;

  private TrainingBenchmark() {}

  public static void main(String[] arguments) {
    int examples = Integer.parseInt(arguments[1]);
    int batch = Integer.parseInt(arguments[2]);
    int frequency = Integer.parseInt(arguments[3]);
    int workers = Integer.parseInt(arguments[4]);
    int epochs = Integer.parseInt(arguments[5]);
    SparkSession spark =
        SparkSession.builder()
            .appName("kindling-benchmark")
            .config("spark.ui.enabled", "false")
            .getOrCreate();
    Dataset<Row> mnist = new IdxReader().read(spark, arguments[0]);
    Dataset<Row> train = mnist.filter("split = 'train'").limit(examples);
    Dataset<Row> test = mnist.filter("split = 'test'").repartition(workers).cache();
    System.out.printf("test examples %d%n", test.count());

    NetworkClassificationModel model =
        new NetworkClassifier()
            .setLayers(
                LayerSpec.listOf(
                    List.of(
                        Map.of("type", "conv", "filters", 32, "kernel", 3),
                        Map.of("type", "max-pool", "size", 2),
                        Map.of("type", "conv", "filters", 64, "kernel", 3),
                        Map.of("type", "max-pool", "size", 2),
                        Map.of("type", "dense", "units", 64))))
            .setOptimizer("adam")
            .setLearningRate(0.001)
            .setBatchSize(batch)
            .setAveragingFrequency(frequency)
            .setWorkers(workers)
            .setEpochs(epochs)
            .setTrainingListener(new EpochLines())
            .fit(train);

    ClassificationMetrics.of(model.transform(test), "label", "prediction", "probability");
    long start = System.nanoTime();
    ClassificationMetrics metrics =
        ClassificationMetrics.of(model.transform(test), "label", "prediction", "probability");
    double seconds = (System.nanoTime() - start) / NANOS;
    System.out.printf(
        Locale.ROOT,
        "infer examplesPerSecond=%.0f accuracy=%.4f%n",
        metrics.examples() / seconds,
        metrics.accuracy());
    spark.stop();
  }

  /** One line an epoch, in the form of the programs it is compared with. */
  private static final class EpochLines implements TrainingListener {
    @Override
    public void onEpoch(EpochSummary epoch) {
      System.out.printf(
          Locale.ROOT,
          "train epoch=%d examplesPerSecond=%.0f loss=%.4f%n",
          epoch.epoch() - 1,
          epoch.examplesPerSecond(),
          epoch.loss());
    }
  }
}
