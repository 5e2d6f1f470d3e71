/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static io.kindling.network.Layers.dense;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.data.generate.DigitGenerator;
import io.kindling.data.image.ImageCodec;
import io.kindling.data.image.ImageRows;
import io.kindling.network.NamedNetworks;
import io.kindling.network.NetworkDefinition;
import io.kindling.testkit.LocalSpark;
import io.kindling.transformers.ImageDecoder;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalSpark.class)
class PipelineTest {
  @Test
  void aPipelineFitsSavesAndPredictsTheSameToTheBitInAnotherJvm(
      SparkSession spark, @TempDir Path folder) throws Exception {
    String data = folder.resolve("png").toString();
    encodedDigits(spark, 600).coalesce(2).write().parquet(data);
    Dataset<Row> png = spark.read().parquet(data);
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new ImageDecoder().setInputCol("content").setOutputCol("image").setChannels(1),
                  new NetworkClassifier().setNetwork("mlp").setEpochs(3).setWorkers(2)
                });
    String unfitted = folder.resolve("pipeline").toString();
    pipeline.write().save(unfitted);
    PipelineModel model = Pipeline.load(unfitted).fit(png);
    String saved = folder.resolve("model").toString();
    model.write().save(saved);

    String here = folder.resolve("here").toString();
    predictions(model, png).write().parquet(here);
    String there = folder.resolve("there").toString();
    inAnotherJvm(saved, data, there);
    List<Row> expected = spark.read().parquet(here).orderBy("id").collectAsList();
    assertEquals(600, expected.size());
    assertEquals(expected, spark.read().parquet(there).orderBy("id").collectAsList());
  }

  /** Loads a pipeline model and writes what it predicts: the other JVM. */
  public static void main(String[] arguments) {
    SparkSession spark = LocalSpark.session();
    predictions(PipelineModel.load(arguments[0]), spark.read().parquet(arguments[1]))
        .write()
        .parquet(arguments[2]);
    spark.stop();
  }

  @Test
  void classNamesTravelInTheColumnsMetadata(SparkSession spark) {
    Dataset<Row> digits = new DigitGenerator(200, 3).generate(spark);
    Dataset<Row> scored =
        new NetworkClassifier().setNetwork("mlp").setEpochs(1).fit(digits).transform(digits);
    NominalAttribute prediction =
        (NominalAttribute) Attribute.fromStructField(scored.schema().apply("prediction"));
    assertEquals("7", prediction.getValue(7));
    NominalAttribute label =
        (NominalAttribute) Attribute.fromStructField(scored.schema().apply("label"));
    assertEquals("7", label.getValue(7));
    AttributeGroup probability =
        AttributeGroup.fromStructField(scored.schema().apply("probability"));
    assertEquals(10, probability.size());
    assertEquals("7", probability.getAttr(7).name().get());
  }

  @Test
  void crossValidatorChoosesLearningRateAndEpochs(SparkSession spark) {
    Dataset<Row> points = Vectors2d.clouds(spark, 120, 2);
    NetworkClassifier classifier =
        new NetworkClassifier()
            .setNetwork("mlp")
            .setFeaturesCol("features")
            .setOptimizer("sgd")
            .setBatchSize(8);
    ParamMap[] grid =
        new ParamGridBuilder()
            .addGrid(classifier.learningRate(), new double[] {1e-9, 0.05})
            .addGrid(classifier.epochs(), new int[] {1, 3})
            .build();
    CrossValidatorModel chosen =
        new CrossValidator()
            .setEstimator(classifier)
            .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
            .setEstimatorParamMaps(grid)
            .setNumFolds(2)
            .setSeed(1)
            .fit(points);
    double[] accuracies = chosen.avgMetrics();
    assertEquals(4, accuracies.length);
    assertTrue(
        Math.max(accuracies[1], accuracies[3]) > 0.95
            || Math.max(accuracies[2], accuracies[3]) > 0.95,
        java.util.Arrays.toString(accuracies));
    NetworkClassifier best =
        (NetworkClassifier) ((org.apache.spark.ml.Model<?>) chosen.bestModel()).parent();
    assertEquals(0.05, best.getLearningRate());
  }

  /** Points inside and outside of a circle: no line parts them, a hidden layer does. */
  @Test
  void crossValidatorChoosesAmongNetworksAndLearningRates(SparkSession spark) {
    Random random = new Random(3);
    List<Row> data = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      double x = random.nextDouble() * 2 - 1;
      double y = random.nextDouble() * 2 - 1;
      data.add(RowFactory.create(Vectors.dense(x, y), x * x + y * y < 0.6 ? 1.0 : 0.0, "#" + i));
    }
    Dataset<Row> points = spark.createDataFrame(data, Vectors2d.SCHEMA).repartition(2);
    NetworkClassifier classifier =
        new NetworkClassifier().setFeaturesCol("features").setBatchSize(8).setEpochs(12);
    String hidden = NetworkDefinition.of(dense(24).with("activation", "relu")).toString();
    String line = NetworkDefinition.of(dense(2)).toString();
    ParamMap[] grid =
        Stream.of(line, hidden)
            .flatMap(
                network ->
                    Stream.of(1e-7, 0.02)
                        .map(
                            rate ->
                                new ParamMap()
                                    .put(classifier.network(), network)
                                    .put(classifier.learningRate(), (Object) rate)))
            .toArray(ParamMap[]::new);
    CrossValidatorModel chosen =
        new CrossValidator()
            .setEstimator(classifier)
            .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
            .setEstimatorParamMaps(grid)
            .setNumFolds(2)
            .setSeed(1)
            .fit(points);
    NetworkClassifier best =
        (NetworkClassifier) ((org.apache.spark.ml.Model<?>) chosen.bestModel()).parent();
    assertEquals(hidden, best.getNetwork(), java.util.Arrays.toString(chosen.avgMetrics()));
    assertEquals(0.02, best.getLearningRate());
    assertEquals(4, chosen.avgMetrics().length);
  }

  @Test
  void wrongColumnsAreNamedBeforeAnyWork(SparkSession spark) {
    Dataset<Row> points = Vectors2d.clouds(spark, 10, 1);
    assertMessage(
        "Cannot feed the network: there is no column image; there are features, label, origin",
        () -> new NetworkClassifier().fit(points));
    assertMessage(
        "Cannot feed the network: column origin must be an image struct, a vector, an array of"
            + " floats, of token ids (ints) or of arrays of floats, but is string",
        () -> new NetworkClassifier().setFeaturesCol("origin").fit(points));
    assertMessage(
        "Cannot train: label column origin must be numeric, but is string; StringIndexer makes it"
            + " so",
        () -> new NetworkClassifier().setFeaturesCol("features").setLabelCol("origin").fit(points));
    assertMessage(
        "Cannot score: column label exists already; drop it or choose another name for the output",
        () ->
            new NetworkClassifier()
                .setFeaturesCol("features")
                .setPredictionCol("label")
                .fit(points));
    assertMessage(
        "Cannot build the network: there is none named 'resnet'; the nearest is 'resnet20', all are "
            + String.join(", ", NamedNetworks.names()),
        () -> new NetworkClassifier().setFeaturesCol("features").setNetwork("resnet").fit(points));
  }

  private static void assertMessage(String message, Runnable action) {
    assertEquals(message, assertThrows(KindlingException.class, action::run).getMessage());
  }

  private static Dataset<Row> predictions(PipelineModel model, Dataset<Row> data) {
    return model.transform(data).select("id", "rawPrediction", "probability", "prediction");
  }

  private static void inAnotherJvm(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (option.startsWith("--add-opens")) {
        command.add(option);
      }
    }
    command.add("-Xmx2g");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(PipelineTest.class.getName());
    command.addAll(List.of(arguments));
    File log = File.createTempFile("kindling", ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    assertEquals(0, process.waitFor(), () -> "see " + log);
  }

  private static Dataset<Row> encodedDigits(SparkSession spark, int rows) {
    StructType schema =
        new StructType()
            .add("id", DataTypes.StringType)
            .add("content", DataTypes.BinaryType)
            .add("label", DataTypes.DoubleType);
    MapFunction<Row, Row> encode =
        row ->
            RowFactory.create(
                row.getAs("origin"),
                ImageCodec.encodePng(ImageRows.pixels(row.getAs("image"))),
                row.getAs("label"));
    return new DigitGenerator(rows, 5).generate(spark).map(encode, Encoders.row(schema));
  }
}
