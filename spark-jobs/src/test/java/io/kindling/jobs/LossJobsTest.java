/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.data.generate.DigitGenerator;
import io.kindling.data.read.ImageDataSet;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The keys of losses and metrics, on drawn digits: which they are, and whether they are odd. */
@ExtendWith(LocalSpark.class)
class LossJobsTest {
  private static final JobRuns JOBS = new JobRuns();
  private static final List<String> TRAINING =
      List.of(
          "network.layers=[{average-pooling2d {pool-size = 4}}, flatten, {dense {units = 16, activation = relu}}]",
          "training.learning-rate=0.02",
          "training.averaging-frequency=2",
          "training.epochs=6",
          "training.workers=2",
          "training.batch-size=16");

  @TempDir private static Path folder;

  @BeforeAll
  static void write(SparkSession spark) {
    Dataset<Row> digits =
        new DigitGenerator(400, 1)
            .generate(spark)
            .drop("problem")
            .withColumn(
                "split",
                functions.expr(
                    "case pmod(hash(origin), 5) when 0 then 'test' when 1 then 'validation'"
                        + " else 'train' end"));
    digits.write().partitionBy("split").parquet(path("digits"));
    digits
        .withColumn(
            "label",
            functions
                .expr("double(int(label) % 2)")
                .as("label", ImageDataSet.classMetadata(List.of("even", "odd"))))
        .write()
        .partitionBy("split")
        .parquet(path("parity"));
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  private static JsonNode run(String job, List<String> settings, String... more)
      throws IOException {
    List<String> all = new ArrayList<>(settings);
    all.addAll(List.of(more));
    assertEquals(0, JOBS.run(job, all), JOBS.err::toString);
    return JOBS.summary();
  }

  @Test
  void twoClassesBySigmoidEndToEnd(SparkSession spark) throws IOException {
    List<String> places = List.of("input=" + path("parity"), "model=" + path("sigmoid"));
    JsonNode trained =
        run(
            "train",
            TRAINING,
            places.get(0),
            places.get(1),
            "training.loss=binary-crossentropy",
            "training.label-smoothing=0.05",
            "training.early-stopping.patience=6",
            "training.early-stopping.metric=auc");
    double best = trained.get("validation").get("auc").asDouble();
    assertTrue(best > 0.7, trained::toString);

    JsonNode metrics = run("evaluate", places).get("metrics");
    for (String contract : List.of("accuracy", "precision", "recall", "f1", "loss")) {
      assertTrue(metrics.has(contract), metrics::toString);
    }
    assertFalse(metrics.has("topKAccuracy"), metrics::toString);
    run("score", places, "split=test", "output=" + path("scored"));
    Dataset<Row> scored = spark.read().parquet(path("scored"));
    assertEquals(
        new BinaryClassificationEvaluator().setNumBins(0).evaluate(scored),
        metrics.get("auc").asDouble(),
        1e-3);
    assertEquals(
        new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(scored),
        metrics.get("accuracy").asDouble(),
        1e-12);
  }

  @Test
  void tenClassesByMargins() throws IOException {
    List<String> places = List.of("input=" + path("digits"), "model=" + path("margins"));
    run(
        "train",
        TRAINING,
        places.get(0),
        places.get(1),
        "training.loss=squared-hinge",
        "training.top-k=3");
    JsonNode metrics = run("evaluate", places).get("metrics");
    assertTrue(metrics.get("topKAccuracy").asDouble() > metrics.get("accuracy").asDouble());
    assertTrue(metrics.get("auc").asDouble() > 0.65, metrics::toString);
  }

  @Test
  void whatDoesNotGoTogetherIsWrongUsage() {
    assertUsage(
        "Cannot read the configuration: training.loss is 'binary_crossentropy' (--set"
            + " training.loss=binary_crossentropy); wanted: one of categorical-crossentropy,"
            + " binary-crossentropy, hinge, squared-hinge, kl-divergence, cosine-similarity, mse, mae;"
            + " the nearest is binary-crossentropy",
        "training.loss=binary_crossentropy");
    assertUsage(
        "Cannot read the configuration: training.label-smoothing is '1' (--set"
            + " training.label-smoothing=1); wanted: a number of 0 or more, less than 1",
        "training.label-smoothing=1");
    assertUsage(
        "Cannot train: labels of the loss mse cannot be smoothed (training.label-smoothing), they are"
            + " no probabilities; use categorical-crossentropy, binary-crossentropy or kl-divergence,"
            + " or no smoothing",
        "training.loss=mse",
        "training.label-smoothing=0.1");
  }

  private static void assertUsage(String message, String... settings) {
    List<String> all = new ArrayList<>(List.of("input=a", "model=b", "network.name=mlp"));
    all.addAll(List.of(settings));
    assertEquals(2, JOBS.run("train", all), JOBS.err::toString);
    assertEquals("error: " + message, JOBS.lastLine());
  }
}
