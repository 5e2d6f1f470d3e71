/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.rand;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.data.generate.DigitGenerator;
import io.kindling.jobs.report.OpenedPage;
import io.kindling.jobs.report.PageAssertions;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.mllib.evaluation.MulticlassMetrics;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import scala.Tuple2;

/** What evaluate writes, of real trainings: pages are opened, and compared with their JSON. */
@ExtendWith(LocalSpark.class)
class EvaluationJobsTest {
  private static final JobRuns JOBS = new JobRuns();

  @TempDir private static Path folder;
  private static JsonNode ran;

  /** Too short a training, so that there are mistakes. */
  @BeforeAll
  static void runOnDigits(SparkSession spark) throws IOException {
    assertFalse(spark.sparkContext().isStopped());
    ran =
        done(
            "run",
            "format=generated",
            "generated.rows=600",
            "output=" + folder.resolve("run"),
            "network.layers=[flatten, {dense {units = 32, activation = relu}}]",
            "training.optimizer=adam",
            "training.epochs=4",
            "training.workers=2",
            "splits.validation=0.1");
  }

  @Test
  void runLeavesAPageOfImagesBesideModelAndData(SparkSession spark) throws Exception {
    assertEquals(folder.resolve("run/evaluation").toString(), ran.get("evaluation").asText());
    OpenedPage page = open(folder.resolve("run/evaluation"));
    PageAssertions assertions = new PageAssertions(page);
    assertEquals(ran.get("metrics"), page.json().get("metrics"));
    assertEquals(ran.get("examples"), page.json().get("examples"));
    assertions.metrics();
    assertions.history();
    assertions.classification(true);
    JsonNode report = page.json().get("classification");
    List<Element> worst = assertions.worst(report.get("worst"), "loss");
    assertEquals(24, worst.size());
    for (Element mistake : worst) {
      page.assertImage((Element) mistake.getElementsByTagName("img").item(0));
    }
    Dataset<Row> scored = spark.read().parquet(ran.get("scored").asText());
    MulticlassMetrics counted =
        new MulticlassMetrics(
            scored
                .select("prediction", "label")
                .javaRDD()
                .map(row -> new Tuple2<>((Object) row.getDouble(0), (Object) row.getDouble(1)))
                .rdd());
    for (int actual = 0; actual < 10; actual++) {
      for (int predicted = 0; predicted < 10; predicted++) {
        assertEquals(
            counted.confusionMatrix().apply(actual, predicted),
            report.get("confusion").get("counts").get(actual).get(predicted).asDouble());
      }
    }
    String console = JOBS.err.toString(StandardCharsets.UTF_8);
    assertTrue(
        console.contains(
            "open in a browser: " + folder.resolve("run/evaluation/evaluation.html") + "\n"),
        console);
    assertTrue(console.contains("\nclass  precision  recall      f1       rows\n0 "), console);
    assertTrue(console.contains("\nmost frequent mistakes: "), console);
  }

  @Test
  void withoutOutputNothingIsWrittenAndTheMetricsAreTheSame() throws IOException {
    JsonNode summary = done("evaluate", data(), model());
    assertTrue(summary.get("output").isNull());
    assertEquals(ran.get("metrics").get("accuracy"), summary.get("metrics").get("accuracy"));
    JsonNode none =
        done("evaluate", data(), model(), output("none"), "evaluation.worst-examples=0");
    assertEquals(folder.resolve("none").toString(), none.get("output").asText());
    JsonNode written = json("none");
    assertEquals(0, written.get("classification").get("worst").size());
    assertEquals(summary.get("metrics").get("accuracy"), written.get("metrics").get("accuracy"));
  }

  @Test
  void onlyAnOlderEvaluationIsReplaced() throws IOException {
    done("evaluate", data(), model(), output("twice"), "evaluation.worst-examples=3");
    assertEquals(1, JOBS.run("evaluate", List.of(data(), model(), output("twice"))));
    assertEquals(
        "error: Cannot write "
            + folder.resolve("twice")
            + ": it exists already; choose another output, or set overwrite = true",
        JOBS.lastLine());
    done(
        "evaluate",
        data(),
        model(),
        output("twice"),
        "overwrite=true",
        "evaluation.worst-examples=2",
        "split=train");
    assertEquals(2, json("twice").get("classification").get("worst").size());
    assertEquals("train", json("twice").get("split").asText());
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("diary.txt"), "dear diary");
    List<String> settings = List.of(data(), model(), output("other"), "overwrite=true");
    assertEquals(1, JOBS.run("evaluate", settings));
    assertEquals(
        "error: Cannot overwrite file:"
            + other
            + ": it does not look like an evaluation (no evaluation.json in it), so it is left"
            + " alone",
        JOBS.lastLine());
    assertEquals("dear diary", Files.readString(other.resolve("diary.txt")));
  }

  @Test
  void whatIsReadIsNotWrittenTo() {
    List<String> settings = List.of(data(), model(), output("run/data/page"));
    assertEquals(1, JOBS.run("evaluate", settings));
    assertEquals(
        "error: Cannot write %s: the job reads %s (key 'input'), and neither may be within the other; choose another output"
            .formatted(folder.resolve("run/data/page"), folder.resolve("run/data")),
        JOBS.lastLine());
    assertEquals(
        2, JOBS.run("evaluate", List.of(data(), model(), "evaluation.worst-examples=201")));
    assertEquals(
        "error: Cannot read the configuration: evaluation.worst-examples is '201' (--set"
            + " evaluation.worst-examples=201); wanted: a whole number from 0 to 200",
        JOBS.lastLine());
  }

  @Test
  void ofReviewsTheWorstAreTextsAndThereAreCurves() throws Exception {
    List<String> training =
        List.of(
            "text.length=40",
            "network.layers=[{embedding {output-dim = 8}}, global-average-pooling1d]",
            "training.epochs=2",
            "training.workers=2");
    done(
        "run",
        training,
        "format=generated-reviews",
        "generated.rows=600",
        "output=" + folder.resolve("reviews"));
    OpenedPage page = open(folder.resolve("reviews/evaluation"));
    PageAssertions assertions = new PageAssertions(page);
    assertions.metrics();
    assertions.classification(true);
    assertions.curves();
    JsonNode worst = page.json().get("classification").get("worst");
    List<Element> shown = assertions.worst(worst, "probability");
    assertEquals(24, shown.size());
    for (int i = 0; i < shown.size(); i++) {
      Element text = (Element) shown.get(i).getElementsByTagName("blockquote").item(0);
      assertEquals(worst.get(i).get("preview").get("text").asText(), text.getTextContent());
      assertTrue(text.getTextContent().length() > 10);
      page.assertDrawn(text);
    }
  }

  @Test
  void ofARegressionTheErrorsAreShown(SparkSession spark) throws Exception {
    Path digits = folder.resolve("numbers");
    new DigitGenerator(400, 1)
        .generate(spark)
        .withColumn("label", col("label").cast("string").cast("double").plus(rand(3)))
        .drop("problem", "split")
        .write()
        .parquet(digits.toString());
    String model = "model=" + folder.resolve("numbers-model");
    done(
        "train",
        "input=" + digits,
        model,
        "training.task=regression",
        "network.layers=[flatten, {dense {units = 16, activation = relu}}]",
        "training.epochs=3",
        "training.workers=2");
    JsonNode summary = done("evaluate", "input=" + digits, model, output("numbers-page"));
    OpenedPage page = open(folder.resolve("numbers-page"));
    PageAssertions assertions = new PageAssertions(page);
    assertEquals(summary.get("metrics"), page.json().get("metrics"));
    assertFalse(page.json().has("split"));
    assertions.metrics();
    assertions.regression();
    for (Element error : assertions.worst(page.json().get("regression").get("worst"), "error")) {
      page.assertImage((Element) error.getElementsByTagName("img").item(0));
    }
  }

  private static OpenedPage open(Path evaluation) throws Exception {
    return OpenedPage.of(evaluation, Files.createTempDirectory(folder, "browser"));
  }

  private static JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(name + "/evaluation.json").toFile());
  }

  private static String data() {
    return "input=" + folder.resolve("run/data");
  }

  private static String model() {
    return "model=" + folder.resolve("run/model");
  }

  private static String output(String name) {
    return "output=" + folder.resolve(name);
  }

  private static JsonNode done(String job, String... settings) throws IOException {
    return done(job, List.of(), settings);
  }

  private static JsonNode done(String job, List<String> more, String... settings)
      throws IOException {
    List<String> all = new ArrayList<>(more);
    all.addAll(List.of(settings));
    assertEquals(0, JOBS.run(job, all), JOBS.err::toString);
    return JOBS.summary();
  }
}
