/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.data.read.ImageDataSet;
import io.kindling.testkit.LocalSpark;
import io.kindling.transformers.VocabularyIndexerModel;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.commons.io.FileUtils;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;

/** The jobs on raw texts and on sequences of numbers, as a user runs them. */
@ExtendWith(LocalSpark.class)
class SequenceJobsTest {
  private static final JobRuns JOBS = new JobRuns();
  private static final StructType TEXTS =
      new StructType()
          .add("origin", "string")
          .add("text", "string")
          .add("label", "double")
          .add("split", "string");

  /** Words of the training texts, and the two reserved ids. */
  private static final int VOCABULARY = 8;

  @TempDir private static Path folder;
  private static JsonNode trained;

  @BeforeAll
  static void prepareAndTrain(SparkSession spark) throws IOException {
    List<Row> rows = new ArrayList<>();
    texts(rows, "train", 200, "");
    texts(rows, "validation", 40, " onlyhere");
    texts(rows, "test", 40, " neverseen");
    write(spark, rows, "texts");
    Files.writeString(folder.resolve("network.json"), network(VOCABULARY));
    assertEquals(0, train("texts", "model"), JOBS.err::toString);
    trained = summary();
  }

  /** Whether a text is good, unless it says that it is not. */
  private static void texts(List<Row> rows, String split, int count, String more) {
    Random random = new Random(count);
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder();
      for (int word = random.nextInt(6); word > 0; word--) {
        text.append(random.nextBoolean() ? "The " : "film, ");
      }
      boolean good = random.nextBoolean();
      boolean not = random.nextBoolean();
      text.append("is ").append(not ? "NOT " : "").append(good ? "good!" : "bad!").append(more);
      rows.add(RowFactory.create(split + "-" + i, text.toString(), good == not ? 0.0 : 1.0, split));
    }
  }

  private static void write(SparkSession spark, List<Row> rows, String name) {
    spark
        .createDataFrame(rows, TEXTS)
        .withColumn(
            "label", col("label").as("label", ImageDataSet.classMetadata(List.of("-", "+"))))
        .repartition(3)
        .write()
        .parquet(folder.resolve(name).toString());
  }

  private static String network(int vocabulary) {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(new Adam(0.02))
        .list()
        .layer(new EmbeddingSequenceLayer.Builder().nIn(vocabulary).nOut(8).build())
        .layer(
            new LastTimeStep(new LSTM.Builder().activation(Activation.TANH).nIn(8).nOut(8).build()))
        .layer(new OutputLayer.Builder().nIn(8).nOut(2).activation(Activation.SOFTMAX).build())
        .build()
        .toJson();
  }

  @Test
  void trainLearnsTheVocabularyFromTheTrainingRowsOnlyAndSavesAPipeline() {
    assertEquals(200, trained.get("examples").asLong());
    assertTrue(trained.get("validation").get("accuracy").asDouble() > 0.9, trained::toString);
    PipelineModel model = PipelineModel.load(folder.resolve("model").toString());
    VocabularyIndexerModel words =
        assertInstanceOf(VocabularyIndexerModel.class, model.stages()[1]);
    assertEquals(
        List.of("bad", "film", "good", "is", "not", "the"),
        words.vocabulary().stream().sorted().toList());
    assertEquals(VOCABULARY, words.size());
  }

  @Test
  void theScoredTextsHaveTheAccuracyThatEvaluateReports(SparkSession spark) throws IOException {
    assertEquals(0, run("evaluate", input("texts"), model()), JOBS.err::toString);
    JsonNode evaluated = summary();
    assertEquals(40, evaluated.get("examples").asLong());
    assertEquals(
        0,
        run("score", input("texts"), model(), "split=test", "output=" + folder.resolve("scored")),
        JOBS.err::toString);
    Dataset<Row> scored = spark.read().parquet(folder.resolve("scored").toString());
    assertEquals(
        List.of("origin", "text", "label", "split", "rawPrediction", "probability", "prediction"),
        Arrays.asList(scored.columns()));
    assertEquals(
        new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(scored),
        evaluated.get("metrics").get("accuracy").asDouble());
    // What a program gets from the saved pipeline.
    Dataset<Row> byProgram =
        PipelineModel.load(folder.resolve("model").toString())
            .transform(spark.read().parquet(folder.resolve("texts").toString()))
            .filter(col("split").equalTo("test"));
    assertEquals(
        scored.select("origin", "prediction").orderBy("origin").collectAsList(),
        byProgram.select("origin", "prediction").orderBy("origin").collectAsList());
  }

  @Test
  void aNullTextIsABadRowAndAnEmptyOneIsNot(SparkSession spark) throws IOException {
    write(
        spark,
        List.of(
            RowFactory.create("none", null, 1.0, "test"),
            RowFactory.create("empty", "", 1.0, "test"),
            RowFactory.create("signs", "?!", 1.0, "test"),
            RowFactory.create("long", "the film ".repeat(50_000) + "is good", 1.0, "test")),
        "odd");
    assertEquals(1, run("evaluate", input("odd"), model()));
    assertEquals("error: Cannot score row none: no input (null)", lastLine());
    assertEquals(0, run("evaluate", input("odd"), model(), "on-bad-row=skip"), JOBS.err::toString);
    assertEquals(3, summary().get("examples").asLong());
    assertEquals(1, summary().get("rowsBad").asLong(), JOBS.out::toString);

    String output = "output=" + folder.resolve("odd-scored");
    assertEquals(1, run("score", input("odd"), model(), output));
    assertTrue(lastLine().contains("Cannot use none: no input (null)"), lastLine());
    assertEquals(
        0,
        run("score", input("odd"), model(), output, "on-bad-row=quarantine"),
        JOBS.err::toString);
    assertEquals(3, summary().get("rowsWritten").asLong());
    assertEquals(1, summary().get("rowsBad").asLong());
    Row bad = spark.read().parquet(folder.resolve("odd-scored.bad").toString()).first();
    assertEquals("none", bad.getAs("origin"));
    assertEquals("no input (null)", bad.getAs("problem"));
    Dataset<Row> scored = spark.read().parquet(folder.resolve("odd-scored").toString());
    assertEquals(1.0, scored.filter("origin = 'long'").first().<Double>getAs("prediction"));
    assertEquals(
        1, scored.filter("origin in ('empty', 'signs')").select("probability").distinct().count());
  }

  @Test
  void aNullTextAmongTrainingRowsFailsOrIsCounted(SparkSession spark) throws IOException {
    List<Row> rows = new ArrayList<>();
    texts(rows, "train", 50, "");
    rows.add(RowFactory.create("none", null, 1.0, "train"));
    write(spark, rows, "with-null");
    assertEquals(1, train("with-null", "with-null-model", "training.epochs=1"));
    assertTrue(lastLine().contains("none") && lastLine().contains("(null)"), lastLine());
    assertEquals(
        0,
        train("with-null", "with-null-model", "training.epochs=1", "on-bad-row=skip"),
        JOBS.err::toString);
    assertEquals(50, summary().get("examples").asLong());
    assertEquals(1, summary().get("rowsBad").asLong());
  }

  @Test
  void commonWordsAreLeftOutWhereALanguageIsNamed() throws IOException {
    Files.writeString(folder.resolve("short.json"), network(5));
    assertEquals(
        0,
        train(
            "texts",
            "without-common",
            "network.json=" + folder.resolve("short.json"),
            "text.stop-words=english",
            "training.epochs=1"),
        JOBS.err::toString);
    PipelineModel model = PipelineModel.load(folder.resolve("without-common").toString());
    assertEquals(5, model.stages().length);
    assertEquals(
        List.of("bad", "film", "good"),
        ((VocabularyIndexerModel) model.stages()[2]).vocabulary().stream().sorted().toList());
  }

  @Test
  void aTrainingThatStartsWithAPipelineKeepsItsVocabularyAndReplacesAnOlderPipeline()
      throws IOException {
    Path model = folder.resolve("model");
    assertEquals(1, train("texts", "model"));
    assertTrue(lastLine().contains("it exists already; choose another model"), lastLine());
    // Also what an older one is called until the new one is in its place.
    Path replaced = folder.resolve("replaced");
    FileUtils.copyDirectory(model.toFile(), replaced.toFile());
    assertEquals(
        0,
        train(
            "texts",
            "replaced",
            "overwrite=true",
            "training.epochs=1",
            "training.initial-model=" + model,
            "text.vocabulary-size=4"),
        JOBS.err::toString);
    assertTrue(
        JOBS.err
            .toString(StandardCharsets.UTF_8)
            .contains(
                "\nthe stages before the network, vocabulary included, are those of " + model));
    assertFalse(
        Arrays.stream(folder.toFile().list()).anyMatch(name -> name.startsWith(".replaced")));
    PipelineModel first = PipelineModel.load(model.toString());
    PipelineModel second = PipelineModel.load(replaced.toString());
    assertEquals(
        ((VocabularyIndexerModel) first.stages()[1]).vocabulary(),
        ((VocabularyIndexerModel) second.stages()[1]).vocabulary());
    assertNotEquals(first.stages()[3].uid(), second.stages()[3].uid());
  }

  @Test
  void aFineTunedNetworkKeepsTheVocabularyOfItsPipeline() {
    Path model = folder.resolve("model");
    assertEquals(
        0,
        run(
            "train",
            input("texts"),
            "model=" + folder.resolve("fine-tuned"),
            "network.model=" + model,
            "network.freeze-up-to=layer0",
            "network.new-head=true",
            "text.vocabulary-size=4",
            "training.epochs=1"),
        JOBS.err::toString);
    PipelineModel first = PipelineModel.load(model.toString());
    PipelineModel second = PipelineModel.load(folder.resolve("fine-tuned").toString());
    assertEquals(
        ((VocabularyIndexerModel) first.stages()[1]).vocabulary(),
        ((VocabularyIndexerModel) second.stages()[1]).vocabulary());
  }

  @Test
  void aNetworkWithoutItsVocabularyIsNoStartForTexts() {
    File[] stages = folder.resolve("model/stages").toFile().listFiles();
    File network =
        Arrays.stream(stages).filter(stage -> stage.getName().startsWith("3_")).findFirst().get();
    assertEquals(1, train("texts", "another", "training.initial-model=" + network));
    assertEquals(
        "error: Cannot start with the model %s (training.initial-model): it is a network without the vocabulary that its token ids are of; start with the pipeline that it was saved in"
            .formatted(network),
        lastLine());
    assertFalse(Files.exists(folder.resolve("another")));
  }

  @Test
  void sequencesOfNumbersAreTrainedEvaluatedAndScored(SparkSession spark) throws IOException {
    List<Row> rows = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < 240; i++) {
      float slope = random.nextBoolean() ? 0.2f : -0.2f;
      List<List<Float>> steps = new ArrayList<>();
      for (int step = 0; step < 3 + i % 5; step++) {
        steps.add(List.of(slope * step, random.nextFloat() / 10));
      }
      rows.add(
          RowFactory.create("s" + i, steps, slope > 0 ? 1.0 : 0.0, i < 200 ? "train" : "test"));
    }
    spark
        .createDataFrame(
            rows,
            new StructType()
                .add("origin", "string")
                .add(
                    "sequence",
                    DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType)))
                .add("label", "double")
                .add("split", "string"))
        .write()
        .parquet(folder.resolve("series").toString());
    Files.writeString(
        folder.resolve("series.json"),
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Adam(0.02))
            .list()
            .layer(
                new LastTimeStep(
                    new LSTM.Builder().activation(Activation.TANH).nIn(2).nOut(8).build()))
            .layer(new OutputLayer.Builder().nIn(8).nOut(2).activation(Activation.SOFTMAX).build())
            .build()
            .toJson());
    for (String length : List.of("null", "4")) {
      String name = "series-model-" + length;
      assertEquals(
          0,
          train(
              "series",
              name,
              "network.json=" + folder.resolve("series.json"),
              "sequence.length=" + length),
          JOBS.err::toString);
      String series = "model=" + folder.resolve(name);
      assertEquals(0, run("evaluate", input("series"), series), JOBS.err::toString);
      double accuracy = summary().get("metrics").get("accuracy").asDouble();
      assertTrue(accuracy > 0.9, JOBS.out::toString);
      Path output = folder.resolve(name + "-scored");
      assertEquals(
          0,
          run("score", input("series"), series, "split=test", "output=" + output),
          JOBS.err::toString);
      Dataset<Row> scored = spark.read().parquet(output.toString());
      assertEquals(
          List.of("origin", "label", "split", "rawPrediction", "probability", "prediction"),
          Arrays.asList(scored.columns()));
      assertEquals(
          accuracy,
          new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(scored));
    }
  }

  @Test
  void saysWhichColumnsASetMustHave(SparkSession spark) {
    spark
        .range(3)
        .withColumn("label", lit(1.0))
        .write()
        .parquet(folder.resolve("no-input").toString());
    assertEquals(1, train("no-input", "none"));
    assertEquals(
        "error: Cannot train: the prepared set has no column image, text or sequence; it has id,"
            + " label",
        lastLine());
    spark
        .range(3)
        .withColumn("text", lit(1.0))
        .write()
        .parquet(folder.resolve("no-text").toString());
    assertEquals(1, train("no-text", "none"));
    assertEquals(
        "error: Cannot train: column 'text' must be of type string, it is of type double",
        lastLine());
  }

  @Test
  void aDamagedPipelineAndOneWithoutANetworkAreNamed(SparkSession spark) throws Exception {
    Path model = folder.resolve("not-a-network");
    PipelineModel whole = PipelineModel.load(folder.resolve("model").toString());
    new Pipeline()
        .setStages(new PipelineStage[] {whole.stages()[0]})
        .fit(spark.read().parquet(folder.resolve("texts").toString()))
        .save(model.toString());
    assertEquals(1, run("evaluate", input("texts"), "model=" + model));
    assertEquals(
        "error: Cannot load the model " + model + ": it is a pipeline without a network",
        lastLine());
    spark
        .range(1)
        .write()
        .mode("overwrite")
        .parquet(model.resolve("stages/0_" + whole.stages()[0].uid() + "/metadata").toString());
    assertEquals(1, run("evaluate", input("texts"), "model=" + model));
    assertTrue(lastLine().startsWith("error: Cannot load the model " + model + ": "), lastLine());
  }

  private static int train(String set, String model, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                input(set),
                "model=" + folder.resolve(model),
                "network.json=" + folder.resolve("network.json"),
                "training.epochs=8",
                "training.workers=2",
                "training.batch-size=16",
                "training.averaging-frequency=2"));
    settings.addAll(List.of(more));
    return run("train", settings.toArray(new String[0]));
  }

  private static String input(String set) {
    return "input=" + folder.resolve(set);
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
