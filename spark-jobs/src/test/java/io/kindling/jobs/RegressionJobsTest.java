/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.data.generate.DigitGenerator;
import io.kindling.data.image.ImageRows;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The jobs on images with a number to predict: how much ink a drawn digit has. */
@ExtendWith(LocalSpark.class)
class RegressionJobsTest {
  private static final JobRuns JOBS = new JobRuns();
  private static final List<String> TRAINING =
      List.of(
          "training.task=regression",
          "network.layers=[{average-pooling2d {pool-size = 7}}, flatten, {dense {units = 16, activation = relu}}]",
          "training.learning-rate=0.01",
          "training.averaging-frequency=2",
          "training.epochs=15",
          "training.workers=2",
          "training.batch-size=16");

  @TempDir private static Path folder;
  private static JsonNode trained;

  @BeforeAll
  static void writeAndTrain(SparkSession spark) throws IOException {
    UDF1<Row, Double> ink =
        image -> {
          double sum = 0;
          for (byte pixel : ImageRows.pixels(image).data()) {
            sum += Byte.toUnsignedInt(pixel);
          }
          return sum;
        };
    Dataset<Row> digits = new DigitGenerator(400, 1).generate(spark);
    digits
        .withColumn("label", functions.udf(ink, DataTypes.DoubleType).apply(col("image")))
        .withColumn(
            "split",
            when(functions.hash(col("origin")).mod(5).equalTo(0), lit("test"))
                .when(functions.hash(col("origin")).mod(5).equalTo(1), lit("validation"))
                .otherwise(lit("train")))
        .drop("problem")
        .write()
        .partitionBy("split")
        .parquet(data());
    assertEquals(0, run("train", TRAINING, "input=" + data(), model()), JOBS.err::toString);
    trained = summary();
  }

  @Test
  void trainReportsMetricsOfARegression() {
    assertEquals(List.of("mse", "mae", "rmse", "r2", "loss"), names(trained.get("validation")));
    assertTrue(trained.get("validation").get("r2").asDouble() > 0.9, trained::toString);
    assertEquals(15 * trained.get("examples").asLong(), trained.get("examplesTrained").asLong());
    String progress = JOBS.err.toString(StandardCharsets.UTF_8);
    assertTrue(progress.contains("validation rmse "), progress);
  }

  @Test
  void scoredRowsHaveTheErrorsThatEvaluateReports(SparkSession spark) throws IOException {
    assertEquals(0, run("evaluate", List.of(), "input=" + data(), model()), JOBS.err::toString);
    JsonNode metrics = summary().get("metrics");
    long examples = summary().get("examples").asLong();
    assertEquals(List.of("mse", "mae", "rmse", "r2", "loss"), names(metrics));
    String output = folder.resolve("scored").toString();
    assertEquals(
        0,
        run("score", List.of(), "input=" + data(), model(), "split=test", "output=" + output),
        JOBS.err::toString);
    Dataset<Row> scored = spark.read().parquet(output);
    assertEquals(examples, scored.count());
    assertEquals(List.of("origin", "label", "split", "prediction"), List.of(scored.columns()));
    for (String name : List.of("rmse", "r2", "mae", "mse")) {
      double expected = new RegressionEvaluator().setMetricName(name).evaluate(scored);
      assertEquals(expected, metrics.get(name).asDouble(), 1e-9 * Math.abs(expected), name);
    }
    assertTrue(metrics.get("r2").asDouble() > 0.9, metrics::toString);
  }

  @Test
  void earlyStoppingAndLossAreThoseOfARegression() throws IOException {
    assertEquals(
        0,
        run(
            "train",
            TRAINING,
            "input=" + data(),
            "model=" + folder.resolve("mae"),
            "training.loss=mae",
            "training.standardize-label=true",
            "training.early-stopping.patience=2",
            "training.early-stopping.metric=r2",
            "training.epochs=3"),
        JOBS.err::toString);
    JsonNode validation = summary().get("validation");
    assertEquals(validation.get("mae").asDouble(), validation.get("loss").asDouble());
  }

  @Test
  void keysOfTheOtherTaskAreWrongUsage() {
    assertUsage(
        "Cannot train: key 'training.class-weights' is [1.0, 2.0], but training.task is regression,"
            + " which has no use for it; leave it out",
        "training.task=regression",
        "training.class-weights=[1, 2]");
    assertUsage(
        "Cannot train: key 'training.label-smoothing' is 0.1, but training.task is regression, which"
            + " has no use for it; leave it out",
        "training.task=regression",
        "training.label-smoothing=0.1");
    assertUsage(
        "Cannot read the configuration: training.loss is 'hinge' (--set training.loss=hinge); wanted: one"
            + " of mse, mae; the nearest is mae",
        "training.task=regression",
        "training.loss=hinge");
    assertUsage(
        "Cannot read the configuration: training.early-stopping.metric is 'accuracy' (--set"
            + " training.early-stopping.metric=accuracy); wanted: one of loss, mse, mae, rmse, r2; the"
            + " nearest is mae",
        "training.task=regression",
        "training.early-stopping.patience=1",
        "training.early-stopping.metric=accuracy");
  }

  /** Each key of optimizers and schedules comes to the param of its name. */
  @Test
  void keysOfAnotherOptimizerOrScheduleAreWrongUsage() {
    Map.of(
            "training.momentum=0.9", "Cannot use momentum (training.momentum) with adam: ",
            "training.nesterov=true", "Cannot use nesterov (training.nesterov) with adam: ",
            "training.rho=0.9", "Cannot use rho (training.rho) with adam: ",
            "training.weight-decay=0.1", "Cannot use weightDecay (training.weight-decay) with adam",
            "training.schedule.type=step", "Cannot use the schedule step without a factor: ",
            "training.schedule.decay-epochs=2", "Cannot use decayEpochs (training.schedule.decay-",
            "training.schedule.decay-rate=0.5", "Cannot use decayRate (training.schedule.decay-",
            "training.schedule.end-rate=0.5", "Cannot use endRate (training.schedule.end-rate) wi",
            "training.schedule.power=2", "Cannot use power (training.schedule.power) with consta",
            "training.schedule.warmup-epochs=5", "Cannot warm up for 5.0 epochs ")
        .forEach(RegressionJobsTest::assertUsageStarts);
    assertUsageStarts("training.schedule.alpha=0.1", "Cannot use alpha (training.schedule.alpha) ");
  }

  private static void assertUsageStarts(String setting, String start) {
    assertEquals(
        2, run("train", List.of("input=a", "model=b", "network.name=mlp"), setting), setting);
    assertTrue(lastLine().startsWith("error: " + start), lastLine());
  }

  private static void assertUsage(String message, String... settings) {
    assertEquals(2, run("train", List.of("input=a", "model=b", "network.name=mlp"), settings));
    assertEquals("error: " + message, lastLine());
  }

  @Test
  void classesAreNoNumbersToPredict(SparkSession spark) {
    String classes = folder.resolve("classes").toString();
    new DigitGenerator(20, 2).generate(spark).drop("problem", "split").write().parquet(classes);
    assertEquals(1, run("train", TRAINING, "input=" + classes, "model=" + folder.resolve("none")));
    assertEquals(
        "error: Cannot train: label column label holds classes (0, 1, 2, ...), not numbers to"
            + " predict; use a classifier (training.task = classification), or a column without"
            + " class names",
        lastLine());
    assertEquals(1, run("evaluate", List.of(), "input=" + classes, model()));
    assertEquals(
        "error: Cannot evaluate: the labels of "
            + classes
            + " are classes, but the model predicts a number",
        lastLine());
    assertFalse(spark.sparkContext().isStopped());
  }

  private static String data() {
    return folder.resolve("digits").toString();
  }

  private static String model() {
    return "model=" + folder.resolve("model");
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static int run(String job, List<String> common, String... settings) {
    List<String> all = new ArrayList<>(common);
    all.addAll(List.of(settings));
    return JOBS.run(job, all);
  }

  private static JsonNode summary() throws IOException {
    return JOBS.summary();
  }

  private static String lastLine() {
    return JOBS.lastLine();
  }
}
