/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

@ExtendWith(LocalSpark.class)
class InitialModelTest {
  private static final String LAYERS =
      "[{\"dense\": {\"units\": 4, \"activation\": \"relu\"}}, {\"dense\": {\"units\": 5, \"activation\": \"relu\"}}]";

  @TempDir private static Path folder;
  private static Dataset<Row> data;
  private static NetworkClassificationModel first;
  private static String saved;

  @BeforeAll
  static void trainTheFirst(SparkSession spark) throws IOException {
    data = Vectors2d.clouds(spark, 64, 2);
    first = classifier().setLearningRate(0.01).fit(data);
    saved = folder.resolve("first").toString();
    first.write().save(saved);
  }

  @Test
  void theSameOptimizerGoesOnWithItsState() {
    NetworkClassificationModel second = standingStill().fit(data);
    assertArrayEquals(first.artifact().params(), second.artifact().params());
    assertEquals(2 * first.artifact().iterations(), second.artifact().iterations());
  }

  /** One worker and one minibatch an epoch: only the order of rows, hence rounding, differs. */
  @Test
  void aWarmStartIsGoingOn() throws IOException {
    NetworkClassificationModel half = oneMinibatch().setEpochs(5).fit(data);
    float[] whole = oneMinibatch().setEpochs(10).fit(data).artifact().params();
    assertEquals(0, distance(whole, goingOn(half.artifact(), "half")), 1e-5);

    NetworkArtifact trained = half.artifact();
    NetworkArtifact withoutState =
        new NetworkArtifact(
            trained.configuration(),
            trained.params(),
            new float[trained.updaterState().length],
            trained.input(),
            trained.labels(),
            trained.iterations(),
            trained.epochs());
    assertTrue(distance(whole, goingOn(withoutState, "without-state")) > 1e-3);
  }

  private static float[] goingOn(NetworkArtifact from, String name) throws IOException {
    String path = folder.resolve(name).toString();
    new NetworkClassificationModel(name, from).write().save(path);
    return oneMinibatch().setEpochs(5).setInitialModel(path).fit(data).artifact().params();
  }

  private static NetworkClassifier oneMinibatch() {
    return classifier().setLearningRate(0.01).setWorkers(1).setBatchSize(64);
  }

  private static double distance(float[] one, float[] other) {
    double largest = 0;
    for (int i = 0; i < one.length; i++) {
      largest = Math.max(largest, Math.abs(one[i] - other[i]));
    }
    return largest;
  }

  @Test
  void anotherOptimizerStartsFresh() {
    NetworkClassificationModel second = standingStill().setOptimizer("rmsprop").fit(data);
    assertArrayEquals(first.artifact().params(), second.artifact().params());
    assertEquals(first.artifact().iterations(), second.artifact().iterations());
  }

  @Test
  void aGraphStartsWithAGraph() throws IOException {
    NetworkClassificationModel graph = classifier().setNetwork(graph()).fit(data);
    String path = folder.resolve("graph").toString();
    graph.write().save(path);
    NetworkClassificationModel second =
        standingStill().setNetwork(graph()).setInitialModel(path).fit(data);
    assertArrayEquals(graph.artifact().params(), second.artifact().params());
    assertEquals(2 * graph.artifact().iterations(), second.artifact().iterations());
  }

  private static ComputationGraphConfiguration graph() {
    return new NeuralNetConfiguration.Builder()
        .updater(new Adam(0.01))
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(InputType.feedForward(3))
        .addLayer("hidden", new DenseLayer.Builder().nOut(4).build(), "in")
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
  void penaltiesClippingAndSeedMayBeOthers() {
    assertArrayEquals(
        first.artifact().params(),
        standingStill().setSeed(7).setClipValue(1).fit(data).artifact().params());
  }

  @Test
  void anotherNetworkIsRefusedAndTheDifferenceNamed() {
    assertRefused(
        "its network is another: nout of layer 2 is 5, here 6",
        standingStill().setNetwork(LAYERS.replace("5", "6")),
        data);
    assertRefused(
        "its network is another: it has 3 layers, the network 2",
        standingStill().setNetwork("[{\"dense\": {\"units\": 4, \"activation\": \"relu\"}}]"),
        data);
    String message = refusal(standingStill().setNetwork(LAYERS.replaceFirst("relu", "tanh")), data);
    assertTrue(
        message.contains("its network is another: activationFn.@class of layer 1 is "), message);
  }

  @Test
  void otherClassesOrInputsAreRefused(SparkSession spark) {
    assertRefused(
        "its classes are [0, 1], the training set's are [cat, dog]",
        standingStill(),
        data.withColumn(
            "label",
            data.col("label")
                .as(
                    "label",
                    NominalAttribute.defaultAttr()
                        .withName("label")
                        .withValues(new String[] {"cat", "dog"})
                        .toMetadata())));
    assertRefused(
        "it takes vectors of 3, the training set has vectors of 2",
        standingStill(),
        spark.createDataFrame(
            List.of(
                RowFactory.create(Vectors.dense(1, 2), 1.0, "a"),
                RowFactory.create(Vectors.dense(1, 2), 0.0, "b")),
            Vectors2d.SCHEMA));
  }

  @Test
  void aPathWithoutAModelIsNamed() {
    String nowhere = folder.resolve("nowhere").toString();
    String message = refusal(standingStill().setInitialModel(nowhere), data);
    assertTrue(
        message.startsWith(
            "Cannot start with the model " + nowhere + " (training.initial-model): "),
        message);
    assertEquals(1, message.lines().count());
  }

  /** So slow that parameters stay where they start. */
  private static NetworkClassifier standingStill() {
    return classifier().setLearningRate(1e-30).setInitialModel(saved);
  }

  private static NetworkClassifier classifier() {
    return new NetworkClassifier()
        .setFeaturesCol("features")
        .setNetwork(LAYERS)
        .setEpochs(2)
        .setWorkers(2)
        .setBatchSize(8);
  }

  private static void assertRefused(
      String reason, NetworkClassifier classifier, Dataset<Row> rows) {
    assertEquals(
        "Cannot start with the model " + saved + " (training.initial-model): " + reason,
        refusal(classifier, rows));
  }

  private static String refusal(NetworkClassifier classifier, Dataset<Row> rows) {
    return assertThrows(KindlingException.class, () -> classifier.fit(rows)).getMessage();
  }
}
