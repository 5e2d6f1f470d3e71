/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static io.kindling.network.Layers.layer;
import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.input.InputSpec;
import io.kindling.input.PixelScaling;
import io.kindling.network.NetworkBuilder;
import io.kindling.network.OptimizerSpec;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;

/** The jobs one after another on a few drawn digits, as a user runs them. */
@ExtendWith(LocalSpark.class)
class JobsTest {
  private static final JobRuns JOBS = new JobRuns();

  @TempDir private static Path folder;
  private static JsonNode trained;

  @BeforeAll
  static void prepareAndTrain(SparkSession spark) throws IOException {
    assertFalse(spark.sparkContext().isStopped());
    assertEquals(
        0,
        run(
            "prepare",
            "format=generated",
            "generated.rows=300",
            "splits.validation=0.1",
            "output=" + folder.resolve("digits")),
        JOBS.err::toString);
    assertEquals(0, train("model"), JOBS.err::toString);
    trained = summary();
  }

  @Test
  void trainReportsWhatItTrainedOn(SparkSession spark) {
    long examples = spark.read().parquet(folder.resolve("digits/split=train").toString()).count();

    assertEquals("train", trained.get("job").asText());
    assertEquals(examples, trained.get("examples").asLong());
    assertEquals(2 * examples, trained.get("examplesTrained").asLong());
    assertEquals(2, trained.get("epochs").asInt());
    assertEquals(2, trained.get("workers").asInt());
    assertTrue(trained.get("rounds").asLong() > 0);
    assertTrue(trained.get("trainSeconds").asDouble() > 0);
    assertTrue(trained.get("examplesPerSecond").asDouble() > 0);
    assertTrue(trained.get("loss").asDouble() > 0);
    assertTrue(trained.get("validation").has("accuracy"), trained::toString);
    assertEquals(folder.resolve("model").toString(), trained.get("model").asText());
  }

  @Test
  void trainingProgressHasALineForEachEpoch() {
    String progress = JOBS.err.toString(StandardCharsets.UTF_8);

    assertTrue(progress.contains("\nepoch 1/2: loss "), progress);
    assertTrue(progress.contains("\nepoch 2/2: loss "), progress);
    assertTrue(progress.contains("validation accuracy "), progress);
  }

  @Test
  void theScoredRowsHaveTheAccuracyThatEvaluateReports(SparkSession spark) throws IOException {
    Path scoredFolder = folder.resolve("scored");
    assertEquals(0, run("evaluate", "input=" + folder.resolve("digits"), model()));
    JsonNode evaluated = summary();
    assertEquals(
        0,
        run(
            "score",
            "input=" + folder.resolve("digits"),
            model(),
            "split=test",
            "output=" + scoredFolder));
    JsonNode scores = summary();

    Dataset<Row> scored = spark.read().parquet(scoredFolder.toString());
    double accuracy =
        new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(scored);
    assertEquals(accuracy, evaluated.get("metrics").get("accuracy").asDouble());
    assertEquals(scored.count(), evaluated.get("examples").asLong());
    assertEquals(scored.count(), scores.get("rowsWritten").asLong());
    assertEquals(0, scores.get("rowsBad").asLong());
    assertTrue(scores.get("rowsPerSecond").asDouble() > 0);
    List<String> columns = Arrays.asList(scored.columns());
    assertTrue(
        columns.containsAll(
            List.of("origin", "label", "rawPrediction", "probability", "prediction")),
        columns::toString);
    assertFalse(columns.contains("image"), columns::toString);
  }

  @Test
  void aModelThatExistsIsLeftAlone() throws IOException {
    assertEquals(1, train("model"));

    assertEquals(
        "error: Cannot write "
            + folder.resolve("model")
            + ": it exists already; choose another model, or set overwrite = true",
        lastLine());
  }

  @Test
  void aSplitThatTheSetLacksIsNamedWithThoseItHas() {
    assertEquals(1, run("evaluate", "input=" + folder.resolve("digits"), model(), "split=tset"));

    assertEquals(
        "error: Cannot evaluate: "
            + folder.resolve("digits")
            + " has no split 'tset'; it has test, train, validation; choose one with --set"
            + " split=NAME",
        lastLine());
  }

  @Test
  void aFolderWithoutParquetIsNamed() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));

    assertEquals(1, run("evaluate", "input=" + empty, model()));

    assertEquals(
        "error: Cannot evaluate: " + empty + " is not a folder of Parquet files (key 'input')",
        lastLine());
  }

  @Test
  void scoresDoNotReplaceWhatTheyAreMadeFrom() {
    for (String source : List.of("digits", "model")) {
      assertEquals(
          1,
          run(
              "score",
              "input=" + folder.resolve("digits"),
              model(),
              "output=" + folder.resolve(source),
              "overwrite=true"));
      assertTrue(
          lastLine().contains(" the job reads " + folder.resolve(source) + " (key '"), lastLine());
    }
  }

  @Test
  void aSetOfOtherClassesIsNotMeasured(SparkSession spark) {
    Path other = folder.resolve("other-classes");
    Dataset<Row> digits = spark.read().parquet(folder.resolve("digits").toString());
    digits
        .withColumn(
            "label",
            col("label")
                .as(
                    "label",
                    NominalAttribute.defaultAttr()
                        .withName("label")
                        .withValues(new String[] {"cat", "dog"})
                        .toMetadata()))
        .write()
        .parquet(other.toString());

    assertEquals(1, run("evaluate", "input=" + other, model()));

    assertTrue(
        lastLine().contains("are [cat, dog], but the model was trained on [0, 1, 2"), lastLine());
  }

  @Test
  void somebodysFolderIsNotReplacedByAModel() throws IOException {
    Path precious = Files.createDirectory(folder.resolve("precious"));
    Files.writeString(precious.resolve("thesis.txt"), "keep me");

    assertEquals(
        1,
        run(
            "train",
            "input=" + folder.resolve("digits"),
            "model=" + precious,
            "overwrite=true",
            "network.name=mlp"));

    assertTrue(lastLine().contains("does not look like a model"), lastLine());
    assertEquals("keep me", Files.readString(precious.resolve("thesis.txt")));
  }

  @Test
  void aNetworkMustBeChosen() {
    assertEquals(2, run("train", "input=a", "model=b"));

    assertEquals(
        "error: Cannot train: no network is set; give network.layers or network.json in a --conf"
            + " file, or --set network.name=lenet",
        lastLine());
  }

  @Test
  void aNetworkGivenAsJsonBringsItsOwnOptimizer() throws IOException {
    MultiLayerConfiguration network =
        NetworkBuilder.build(
            List.of(layer("flatten"), layer("dense").with("units", 8).with("activation", "relu")),
            InputSpec.image(1, 28, 28, PixelScaling.unit(1)),
            10,
            new OptimizerSpec("rmsprop", 0.01, 0, 0),
            1);
    Path json = Files.writeString(folder.resolve("network.json"), network.toJson());
    String[] settings = {
      "input=" + folder.resolve("digits"),
      "model=" + folder.resolve("from-json"),
      "network.json=" + json,
      "training.epochs=1",
      "training.optimizer=adam"
    };

    assertEquals(2, run("train", settings));
    assertEquals(
        "error: Cannot set optimizer (training.optimizer) on a DL4J configuration, which brings its"
            + " own: set it there",
        lastLine());

    settings[4] = "training.learning-rate=0.02";
    assertEquals(0, run("train", settings), JOBS.err::toString);
  }

  @Test
  void aGraphGivenAsJsonIsTrainedAndEvaluated() throws IOException {
    ComputationGraphConfiguration network =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .activation(Activation.RELU)
            .updater(new Adam(0.01))
            .graphBuilder()
            .addInputs("pixels")
            .setInputTypes(InputType.convolutional(28, 28, 1))
            .addLayer("hidden", new DenseLayer.Builder().nOut(16).build(), "pixels")
            .addLayer("more", new DenseLayer.Builder().nOut(16).build(), "hidden")
            .addVertex("both", new MergeVertex(), "hidden", "more")
            .addLayer(
                "classes",
                new OutputLayer.Builder().nOut(10).activation(Activation.SOFTMAX).build(),
                "both")
            .setOutputs("classes")
            .build();
    Path json = Files.writeString(folder.resolve("graph.json"), network.toJson());
    String data = "input=" + folder.resolve("digits");
    String graph = "model=" + folder.resolve("from-graph");

    assertEquals(
        0,
        run("train", data, graph, "network.json=" + json, "training.epochs=10"),
        JOBS.err::toString);
    assertEquals(0, run("evaluate", data, graph), JOBS.err::toString);
    assertTrue(summary().get("metrics").get("accuracy").asDouble() > 0.5, JOBS.out::toString);
  }

  @Test
  void aTrainedNetworkIsFineTunedAndEvaluated() throws IOException {
    String data = "input=" + folder.resolve("digits");
    String tuned = "model=" + folder.resolve("fine-tuned");
    String from = "network.model=" + folder.resolve("model");

    assertEquals(
        0,
        run(
            "train",
            data,
            tuned,
            from,
            "network.freeze-up-to=dense-1",
            "network.layers=[{dense {units = 16, activation = relu}}]",
            "training.learning-rate=0.01",
            "training.batch-size=16",
            "training.epochs=10"),
        JOBS.err::toString);
    assertTrue(summary().get("ledger").get("sentBytes").asLong() > 0, JOBS.out::toString);
    assertEquals(0, run("evaluate", data, tuned), JOBS.err::toString);
    // Ten classes, and what is frozen learned little from so few digits.
    assertTrue(summary().get("metrics").get("accuracy").asDouble() > 0.25, JOBS.out::toString);

    assertEquals(1, run("train", data, tuned + "2", from, "network.freeze-up-to=dense"));
    assertEquals(
        "error: Cannot start from the model %s (network.model): it has no layer 'dense' (network.freeze-up-to); the nearest is 'dense-1', all are dense-1, output"
            .formatted(folder.resolve("model")),
        lastLine());
    assertEquals(2, run("train", data, tuned + "2", from, "network.name=lenet"));
    assertTrue(lastLine().contains("network.model"), lastLine());
    assertTrue(lastLine().contains("are both set"), lastLine());
    assertEquals(2, run("train", data, tuned + "2", "network.name=lenet", "network.new-head=true"));
    assertTrue(lastLine().contains("is set, but network.model is not"), lastLine());
    assertEquals(2, run("train", data, tuned + "2", from, "training.initial-model=" + folder));
    assertTrue(lastLine().contains("leave one out"), lastLine());
    assertEquals(1, run("train", data, tuned + "2", from + "3"));
    assertTrue(lastLine().contains("does not exist (key 'network.model')"), lastLine());
  }

  @Test
  void aWrongLayerIsWrongUsage() {
    assertEquals(
        2,
        run(
            "train",
            "input=a",
            "model=b",
            "network.layers=[{conv2d {filters = 8, activation = relu}}]"));

    assertEquals(
        "error: Cannot build the network: layer 1 (conv2d) needs its setting 'kernel-size', such as {conv2d {filters = 32, kernel-size = 3}}",
        lastLine());
  }

  @Test
  void checkpointsGoWhenTheModelIsSavedAndMustLieApart() throws IOException {
    String[] settings = {
      "input=" + folder.resolve("digits"),
      "model=" + folder.resolve("with-checkpoints"),
      "network.layers=[flatten, {dense {units = 8, activation = relu}}]",
      "training.epochs=1",
      "training.initial-model=" + folder.resolve("model"),
      "training.checkpoint.dir=" + folder.resolve("model/data/checkpoints")
    };
    assertEquals(1, run("train", settings));
    assertEquals(
        "error: Cannot keep checkpoints in "
            + folder.resolve("model/data/checkpoints")
            + ": "
            + folder.resolve("model")
            + " is key 'training.initial-model', and neither may be within the other; choose"
            + " another training.checkpoint.dir",
        lastLine());

    settings[5] = "training.checkpoint.dir=" + folder.resolve("digits/checkpoints");
    assertEquals(1, run("train", settings));
    assertTrue(lastLine().contains(" is key 'input', and neither"), lastLine());

    settings[5] = "training.checkpoint.dir=" + folder.resolve("checkpoints");
    assertEquals(1, run("train", settings));
    assertEquals(
        "error: Cannot start with the model "
            + folder.resolve("model")
            + " (training.initial-model): its network is another: nout of layer 1 is 32, here 8",
        lastLine());

    settings[4] = "training.early-stopping.patience=1";
    assertEquals(0, run("train", settings), JOBS.err::toString);
    assertEquals(1, summary().get("bestEpoch").asInt());
    assertFalse(summary().get("stoppedEarly").asBoolean());
    assertFalse(Files.exists(folder.resolve("checkpoints")));
  }

  @Test
  void settingsThatDoNotGoTogetherAreWrongUsage() {
    assertEquals(
        2,
        run(
            "train",
            "input=a",
            "model=b",
            "network.name=mlp",
            "training.checkpoint.every-rounds=5"));
    assertEquals(
        "error: Cannot write checkpoints every 5 rounds (training.checkpoint.every-rounds): there is"
            + " no folder for them; set checkpointDir (training.checkpoint.dir)",
        lastLine());
    assertEquals(
        2,
        run(
            "train",
            "input=a",
            "model=b",
            "network.name=mlp",
            "training.clip-norm=1",
            "training.clip-value=2"));
    assertEquals(
        "error: Cannot clip gradients both by norm (1.0) and by value (2.0): set one of"
            + " training.clip-norm and training.clip-value",
        lastLine());
    assertEquals(
        2,
        run(
            "train",
            "input=a",
            "model=b",
            "network.name=mlp",
            "training.engine=dl4j-spark",
            "training.weight-column=w"));
    assertEquals(
        "error: Cannot train with dl4j-spark: it does not know weightCol (training.weight-column);"
            + " unset it, or set engine to averaging",
        lastLine());
  }

  private static int train(String model) {
    return run(
        "train",
        "input=" + folder.resolve("digits"),
        "model=" + folder.resolve(model),
        "network.layers=[flatten, {dense {units = 32, activation = relu}}]",
        "training.epochs=2",
        "training.workers=2",
        "training.batch-size=16");
  }

  private static String model() {
    return "model=" + folder.resolve("model");
  }

  private static int run(String job, String... settings) {
    return JOBS.run(job, List.of(settings));
  }

  private static JsonNode summary() throws IOException {
    return JOBS.summary();
  }

  private static String lastLine() {
    return JOBS.lastLine();
  }
}
