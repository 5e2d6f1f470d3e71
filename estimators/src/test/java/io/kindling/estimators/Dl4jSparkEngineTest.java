/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.data.generate.DigitGenerator;
import io.kindling.model.ClassificationMetrics;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.model.TrainingSummary;
import io.kindling.testkit.LocalSpark;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

@ExtendWith(LocalSpark.class)
class Dl4jSparkEngineTest {
  private static NetworkClassifier classifier() {
    return new NetworkClassifier()
        .setEngine("dl4j-spark")
        .setNetwork("mlp")
        .setFeaturesCol("features")
        .setEpochs(2)
        .setWorkers(2);
  }

  /** Given them as they are, dl4j-spark trains on 480 of 630 and 96 of 100. */
  @ParameterizedTest(name = "{0} rows, {1} partitions, {2} workers, batch {3}, frequency {4}")
  @CsvSource({
    "630, 3, 2, 16, 5",
    "100, 1, 2, 16, 1",
    "2, 2, 4, 16, 1",
    "17, 9, 3, 4, 1",
    "65, 3, 1, 64, 10",
    "500, 4, 2, 1000, 5",
  })
  void eachEpochTrainsOnEveryExampleOnce(
      int rows, int partitions, int workers, int batch, int frequency) {
    TrainingSummary summary =
        classifier()
            .setWorkers(workers)
            .setBatchSize(batch)
            .setAveragingFrequency(frequency)
            .fit(Vectors2d.clouds(LocalSpark.session(), rows, partitions))
            .summary();
    assertEquals(rows, summary.examples());
    assertEquals(2L * rows, summary.examplesTrained());
    assertEquals(workers, summary.workers());
    assertTrue(Double.isFinite(summary.loss()), summary.toString());
  }

  @Test
  void oneWorkerGivesTheModelOfTheAveragingEngineToTheBit(SparkSession spark) {
    Dataset<Row> digits = new DigitGenerator(200, 1).generate(spark).drop("split", "problem");
    NetworkClassifier one =
        new NetworkClassifier()
            .setNetwork(
                "[{\"conv2d\":{\"filters\":4,\"kernel-size\":3,\"activation\":\"relu\"}},\"max-pooling2d\",\"flatten\","
                    + "{\"dropout\":{\"rate\":0.25}},{\"dense\":{\"units\":8,\"activation\":\"relu\"}}]")
            .setWorkers(1)
            .setBatchSize(16)
            .setAveragingFrequency(5)
            .setEpochs(2)
            .setShift(0.1);
    NetworkClassificationModel ours = one.fit(digits);
    NetworkClassificationModel theirs = one.setEngine("dl4j-spark").fit(digits);
    assertArrayEquals(ours.artifact().params(), theirs.artifact().params());
    assertArrayEquals(ours.artifact().updaterState(), theirs.artifact().updaterState());
    assertEquals(ours.artifact().iterations(), theirs.artifact().iterations());
    assertEquals(ours.summary().loss(), theirs.summary().loss(), 1e-9);
  }

  @Test
  void twoWorkersOfEqualShardsGiveTheModelOfTheAveragingEngineToRounding(SparkSession spark) {
    Dataset<Row> points = Vectors2d.clouds(spark, 128, 1);
    NetworkClassifier two = classifier().setBatchSize(16).setAveragingFrequency(2);
    float[] theirs = two.fit(points).artifact().params();
    float[] ours = two.setEngine("averaging").fit(points).artifact().params();
    assertArrayEquals(ours, theirs, 1e-5f);
  }

  @Test
  void aGraphGivesTheModelOfTheAveragingEngineToo(SparkSession spark) {
    Dataset<Row> points = Vectors2d.clouds(spark, 100, 1);
    NetworkClassifier one =
        new NetworkClassifier()
            .setFeaturesCol("features")
            .setNetwork(graph().toJson())
            .setWorkers(1)
            .setBatchSize(16)
            .setAveragingFrequency(3)
            .setEpochs(2);
    NetworkClassificationModel ours = one.fit(points);
    NetworkClassificationModel theirs = one.setEngine("dl4j-spark").fit(points);
    assertEquals(200, theirs.summary().examplesTrained());
    assertArrayEquals(ours.artifact().params(), theirs.artifact().params());
    assertArrayEquals(ours.artifact().updaterState(), theirs.artifact().updaterState());
    assertEquals(ours.artifact().iterations(), theirs.artifact().iterations());
  }

  private static ComputationGraphConfiguration graph() {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(new Adam(0.01))
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(InputType.feedForward(3))
        .addLayer("hidden", new DenseLayer.Builder().nOut(8).build(), "in")
        .addLayer(
            "out",
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .build(),
            "hidden")
        .setOutputs("out")
        .build();
  }

  @Test
  void learnsGeneratedDigitsAndSavesAndScoresAsUsual(SparkSession spark, @TempDir Path folder)
      throws Exception {
    Dataset<Row> train = new DigitGenerator(2000, 1).generate(spark).drop("split", "problem");
    Dataset<Row> test = new DigitGenerator(500, 2).generate(spark).drop("split", "problem");
    NetworkClassificationModel model =
        new NetworkClassifier()
            .setEngine("dl4j-spark")
            .setNetwork("mlp")
            .setEpochs(8)
            .setBatchSize(32)
            .setWorkers(2)
            .setValidationFraction(0.1)
            .fit(train);
    assertEquals(8 * model.summary().examples(), model.summary().examplesTrained());
    assertTrue(model.summary().validation().get("accuracy") > 0.85, model.summary().toString());

    String path = folder.resolve("model").toString();
    model.write().save(path);
    Dataset<Row> scored = model.transform(test);
    ClassificationMetrics metrics =
        ClassificationMetrics.of(scored, "label", "prediction", "probability");
    assertTrue(metrics.accuracy() > 0.85, metrics.toString());
    List<Row> before = scored.select("probability", "prediction").takeAsList(50);
    assertEquals(
        before,
        NetworkClassificationModel.load(path)
            .transform(test)
            .select("probability", "prediction")
            .takeAsList(50));
  }

  @Test
  void whatItDoesNotKnowIsRefused(SparkSession spark) {
    Dataset<Row> points = Vectors2d.clouds(spark, 20, 1);
    Map.of(
            "weightCol (training.weight-column)", classifier().setWeightCol("label"),
            "classWeights (training.class-weights)",
                classifier().setClassWeights(new double[] {1, 2}),
            "earlyStoppingPatience (training.early-stopping.patience)",
                classifier().setEarlyStoppingPatience(2),
            "checkpointDir (training.checkpoint.dir)", classifier().setCheckpointDir("checkpoints"),
            "outerOptimizer (training.outer-optimizer)", classifier().setOuterOptimizer("nesterov"),
            "transport (training.transport)", classifier().setTransport("bfloat16"))
        .forEach(
            (param, classifier) ->
                assertEquals(
                    "Cannot train with dl4j-spark: it does not know "
                        + param
                        + "; unset it, or set engine to averaging",
                    assertThrows(KindlingException.class, () -> classifier.fit(points))
                        .getMessage()));
    Dl4jSparkEngine.check(
        classifier().setEarlyStoppingPatience(0).setOuterOptimizer("average").setTopK(2));
  }

  @Test
  void aDepthwiseConvolutionWhoseBiasesItWouldPenaliseIsRefused(SparkSession spark) {
    Dataset<Row> digits = new DigitGenerator(20, 1).generate(spark).drop("split", "problem");
    String layers =
        "[{\"depthwise-conv2d\":{\"kernel-size\":3,\"use-bias\":%s}},\"global-average-pooling2d\"]";
    NetworkClassifier classifier =
        classifier().setFeaturesCol("image").setNetwork(layers.formatted(true));
    classifier.fit(digits);
    String message =
        assertThrows(KindlingException.class, () -> classifier.setL2(0.1).fit(digits)).getMessage();
    assertTrue(message.contains("a depthwise or separable convolution with biases"), message);
    classifier.setNetwork(
        layers
            .formatted(true)
            .replace("depthwise-conv2d\":{", "separable-conv2d\":{\"filters\":2,"));
    assertEquals(
        message, assertThrows(KindlingException.class, () -> classifier.fit(digits)).getMessage());
    classifier.setNetwork(layers.formatted(false)).fit(digits);
  }

  @Test
  void nothingToTrainOnAndDivergenceAreClearErrors(SparkSession spark) {
    assertEquals(
        "Cannot train: the training set has no examples (20 for validation, 0 skipped as bad)",
        assertThrows(
                KindlingException.class,
                () ->
                    classifier()
                        .setValidationIndicatorCol("held")
                        .fit(
                            Vectors2d.clouds(spark, 20, 2).withColumn("held", functions.lit(true))))
            .getMessage());
    String message =
        assertThrows(
                KindlingException.class,
                () ->
                    classifier()
                        .setOptimizer("sgd")
                        .setLearningRate(1e60)
                        .fit(Vectors2d.clouds(spark, 20, 1)))
            .getMessage();
    assertTrue(message.startsWith("Cannot train on: "), message);
    assertTrue(message.endsWith("; a lower learning rate may help"), message);
  }

  @Test
  void nothingStaysCached(SparkSession spark) {
    classifier().fit(Vectors2d.clouds(spark, 20, 2));
    assertTrue(spark.sparkContext().getPersistentRDDs().isEmpty());
  }

  @Test
  void withoutItsJarTheErrorSaysSo() throws Exception {
    Class<?> engine = new WithoutDl4jSpark().loadClass("io.kindling.estimators.Dl4jSparkEngine");
    Method check = engine.getDeclaredMethod("check", NetworkEstimator.class);
    check.setAccessible(true);
    NetworkClassifier classifier = classifier();
    Throwable thrown =
        assertThrows(InvocationTargetException.class, () -> check.invoke(null, classifier))
            .getCause();
    String message = thrown.getMessage();
    assertTrue(
        message.startsWith(
            "Cannot train with dl4j-spark: there is no class org/deeplearning4j/spark/"),
        message);
    assertTrue(
        message.endsWith(
            " on the class path; add dl4j-spark_2.12 1.0.0-M2, or set engine to averaging"),
        message);
  }

  /** Loads the engine and its package anew, and finds nothing of dl4j-spark. */
  private static final class WithoutDl4jSpark extends ClassLoader {
    WithoutDl4jSpark() {
      super(Dl4jSparkEngineTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("org.deeplearning4j.spark.")) {
        throw new ClassNotFoundException(name);
      }
      if (!name.equals("io.kindling.estimators.Dl4jSparkEngine")
          && !name.startsWith("io.kindling.dl4jspark.")) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (java.io.IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
