/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.data.generate.DigitGenerator;
import io.kindling.model.ClassificationMetrics;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.testkit.LocalSpark;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A DL4J {@code ComputationGraph} on the way that a list of layers goes. */
@ExtendWith(LocalSpark.class)
class GraphClassifierTest {
  private static final int CLASSES = 10;

  @Test
  void aGraphWithBranchesTrainsValidatesIsSavedAndScoresTheSameAgain(
      SparkSession spark, @TempDir Path folder) throws Exception {
    Dataset<Row> train = new DigitGenerator(2000, 1).generate(spark).drop("split", "problem");
    Dataset<Row> test = new DigitGenerator(500, 2).generate(spark).drop("split", "problem");
    String unfitted = folder.resolve("pipeline").toString();
    new Pipeline()
        .setStages(
            new PipelineStage[] {
              new NetworkClassifier()
                  .setNetwork(branched(InputType.convolutional(28, 28, 1)))
                  .setEpochs(3)
                  .setBatchSize(32)
                  .setWorkers(2)
                  .setValidationFraction(0.1)
            })
        .write()
        .save(unfitted);
    PipelineModel fitted = Pipeline.load(unfitted).fit(train);
    NetworkClassificationModel model = (NetworkClassificationModel) fitted.stages()[0];
    assertTrue(model.summary().validation().get("accuracy") > 0.8, model.summary().toString());

    Dataset<Row> scored = fitted.transform(test);
    ClassificationMetrics metrics =
        ClassificationMetrics.of(scored, "label", "prediction", "probability");
    assertTrue(metrics.accuracy() > 0.8, metrics.toString());

    Path saved = folder.resolve("model");
    model.write().save(saved.toString());
    NetworkClassificationModel loaded = NetworkClassificationModel.load(saved.toString());
    assertArrayEquals(model.artifact().params(), loaded.artifact().params());
    assertArrayEquals(model.artifact().updaterState(), loaded.artifact().updaterState());
    assertEquals(predictions(scored), predictions(loaded.transform(test)));

    ComputationGraph opened =
        ModelSerializer.restoreComputationGraph(saved.resolve("data/network.zip").toFile(), true);
    assertEquals(loaded.graph().params(), opened.params());
    assertEquals(model.artifact().iterations(), opened.getIterationCount());
    assertEquals(3, opened.getEpochCount());
    assertMessage(
        "Cannot open the network as a MultiLayerNetwork: it is a ComputationGraph; call graph()",
        loaded::network);
  }

  @Test
  void aGraphThatTakesRowsOfPixelsGetsThem(SparkSession spark) {
    Dataset<Row> digits = new DigitGenerator(100, 1).generate(spark).drop("split", "problem");
    NetworkClassificationModel model =
        classifier(branched(InputType.convolutionalFlat(28, 28, 1))).fit(digits);
    assertTrue(model.artifact().input().flat(), "a flat input type makes a flat input");
    assertEquals(100, model.transform(digits).count());

    model = classifier(graph().addLayer("out", output(28 * 28), "in").build()).fit(digits);
    assertTrue(model.artifact().input().flat(), "an output layer takes rows");
    assertEquals(100, model.transform(digits).count());

    model =
        classifier(
                graph()
                    .addVertex("unit", new L2NormalizeVertex(), "in")
                    .addLayer("out", output(784), "unit")
                    .build())
            .fit(digits);
    assertTrue(model.artifact().input().flat(), "a vertex that keeps the shape is looked through");

    model =
        classifier(
                graph()
                    .addLayer(
                        "frozen",
                        new FrozenLayer(new DenseLayer.Builder().nIn(784).nOut(8).build()),
                        "in")
                    .addLayer("out", output(8), "frozen")
                    .build())
            .fit(digits);
    assertTrue(model.artifact().input().flat(), "a frozen layer takes what it took");
  }

  @Test
  void aGraphTakesVectorsAndALearningRate(SparkSession spark) {
    Dataset<Row> points = Vectors2d.clouds(spark, 200, 2);
    NetworkClassifier classifier =
        classifier(
                graph()
                    .addLayer("a", new DenseLayer.Builder().nIn(3).nOut(4).build(), "in")
                    .addVertex("all", new MergeVertex(), "in", "a")
                    .addLayer("out", output(7, 2), "all")
                    .build())
            .setFeaturesCol("features")
            .setBatchSize(8)
            .setEpochs(5);
    assertTrue(accuracy(classifier.setLearningRate(0.05).fit(points), points) > 0.9);
    NetworkClassificationModel still = classifier.setLearningRate(1e-12).fit(points);
    assertArrayEquals(
        classifier.setEpochs(1).fit(points).artifact().params(), still.artifact().params(), 1e-6f);
  }

  @Test
  void aSeedThatIsSetIsTheOneOfTheWeights(SparkSession spark) {
    Dataset<Row> points = Vectors2d.clouds(spark, 20, 1);
    String graph = withHidden(new Adam()).toJson();
    String layers =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .list(new DenseLayer.Builder().nIn(3).nOut(4).build(), output(4, 2))
            .build()
            .toJson();
    for (String own : List.of(graph, layers)) {
      String other = own.replaceAll("\"seed\" : 3\\b", "\"seed\" : 4");
      assertFalse(Arrays.equals(weights(own, null, points), weights(other, null, points)));
      assertArrayEquals(weights(own, 5L, points), weights(other, 5L, points));
      assertFalse(Arrays.equals(weights(own, 5L, points), weights(own, 6L, points)));
    }
  }

  private static float[] weights(String network, Long seed, Dataset<Row> points) {
    NetworkClassifier classifier =
        new NetworkClassifier()
            .setFeaturesCol("features")
            .setNetwork(network)
            .setLearningRate(1e-30)
            .setEpochs(1)
            .setWorkers(1);
    return (seed == null ? classifier : classifier.setSeed(seed)).fit(points).artifact().params();
  }

  @Test
  void aLearningRateLeavesFrozenLayersAloneAndIsRefusedWhereThereIsNone(SparkSession spark) {
    Dataset<Row> points = Vectors2d.clouds(spark, 20, 1);
    NetworkClassifier frozen = classifier(withHidden(new NoOp())).setFeaturesCol("features");
    float[] before = frozen.setLearningRate(1e-30).fit(points).artifact().params();
    float[] after = frozen.setLearningRate(0.1).fit(points).artifact().params();
    int hidden = 3 * 4 + 4;
    assertArrayEquals(Arrays.copyOf(before, hidden), Arrays.copyOf(after, hidden));
    assertFalse(Arrays.equals(before, after));

    assertMessage(
        "Cannot set learningRate (training.learning-rate) on a DL4J configuration: layer hidden's"
            + " updater AdaDelta has none",
        () ->
            classifier(withHidden(new AdaDelta()))
                .setFeaturesCol("features")
                .setLearningRate(0.1)
                .transformSchema(points.schema()));
  }

  private static ComputationGraphConfiguration withHidden(IUpdater updater) {
    return graph()
        .addLayer("hidden", new DenseLayer.Builder().nIn(3).nOut(4).updater(updater).build(), "in")
        .addLayer("out", output(4, 2), "hidden")
        .build();
  }

  @Test
  void whatIsNoClassifierIsSaidBeforeAnyWork(SparkSession spark) {
    Dataset<Row> points = Vectors2d.clouds(spark, 10, 1);
    assertMessage(
        "Cannot use the network: it has 2 outputs (out, other); it must have one",
        graph()
            .addLayer("out", output(3, 2), "in")
            .addLayer("other", output(3, 2), "in")
            .setOutputs("out", "other"),
        points);
    assertMessage(
        "Cannot use the network: it has 2 inputs (in, more); it must have one",
        graph().addInputs("more").addLayer("out", output(3, 2), "in", "more"),
        points);
    assertMessage(
        "Cannot use the network: its output sum is a ElementWiseVertex, it must be an"
            + " OutputLayer",
        graph()
            .addLayer("a", output(3, 2), "in")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "a")
            .setOutputs("sum"),
        points);
    assertMessage(
        "Cannot use the network: its output layer's activation is softmax and its loss LossPoisson(); a"
            + " classifier needs softmax with MCXENT, NEGATIVELOGLIKELIHOOD, KL_DIVERGENCE,"
            + " COSINE_PROXIMITY, MSE or MEAN_ABSOLUTE_ERROR, sigmoid with XENT, or identity with HINGE or"
            + " SQUARED_HINGE",
        graph()
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.POISSON)
                    .nIn(3)
                    .nOut(2)
                    .activation(Activation.SOFTMAX)
                    .build(),
                "in"),
        points);
    assertMessage(
        "Cannot use the network: its numbers are DOUBLE; set its data type to FLOAT",
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.DOUBLE)
            .graphBuilder()
            .addInputs("in")
            .setOutputs("out")
            .addLayer("out", output(3, 2), "in"),
        points);
    assertMessage(
        "Cannot train: the network's output layer has 10 units, but the labels have 2 classes",
        graph().addLayer("out", output(3), "in"),
        points);
    assertMessage(
        "Cannot train: the network's first layer takes 4 inputs, but the data has vectors of 3",
        graph().addLayer("out", output(4, 2), "in"),
        points);
    assertMessage(
        "Cannot set optimizer (training.optimizer) on a DL4J configuration, which brings its own: set"
            + " it there",
        () ->
            classifier(graph().addLayer("out", output(3, 2), "in").build())
                .setFeaturesCol("features")
                .setOptimizer("adam")
                .transformSchema(points.schema()));
    assertMessage(
        "Cannot build the network: the JSON is no DL4J configuration: it has neither 'confs', as a"
            + " MultiLayerConfiguration, nor 'vertices', as a ComputationGraphConfiguration",
        () -> new NetworkClassifier().setFeaturesCol("features").setNetwork("{}").fit(points));
    Dataset<Row> digits = new DigitGenerator(20, 1).generate(spark).drop("split", "problem");
    String otherSize =
        assertThrows(
                KindlingException.class,
                () -> classifier(branched(InputType.convolutional(32, 32, 1))).fit(digits))
            .getMessage();
    assertTrue(
        otherSize.startsWith(
            "Cannot train: the network does not take images of 28x28x1 (height x width x channels): "),
        otherSize);
    assertMessage(
        "Cannot use the network: its layer a takes images as rows of values, its layer b as they"
            + " are; give the graph an input type",
        () ->
            classifier(
                    graph()
                        .addLayer("a", new DenseLayer.Builder().nIn(784).nOut(10).build(), "in")
                        .addLayer(
                            "b", new ConvolutionLayer.Builder(28, 28).nIn(1).nOut(10).build(), "in")
                        .addVertex("all", new MergeVertex(), "a", "b")
                        .addLayer("out", output(20), "all")
                        .build())
                .fit(digits));
  }

  private static void assertMessage(
      String message, ComputationGraphConfiguration.GraphBuilder graph, Dataset<Row> points) {
    assertMessage(message, () -> classifier(graph.build()).setFeaturesCol("features").fit(points));
  }

  private static void assertMessage(String message, Runnable action) {
    assertEquals(message, assertThrows(KindlingException.class, action::run).getMessage());
  }

  private static NetworkClassifier classifier(ComputationGraphConfiguration graph) {
    return new NetworkClassifier().setNetwork(graph).setEpochs(1).setWorkers(2);
  }

  private static double accuracy(NetworkClassificationModel model, Dataset<Row> points) {
    return ClassificationMetrics.of(model.transform(points), "label", "prediction", "probability")
        .accuracy();
  }

  private static List<Row> predictions(Dataset<Row> scored) {
    return scored.select("rawPrediction", "probability", "prediction").takeAsList(100);
  }

  private static ComputationGraphConfiguration.GraphBuilder graph() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .updater(new Adam(3e-3))
        .graphBuilder()
        .addInputs("in")
        .setOutputs("out");
  }

  /** Two widths of convolution side by side, and a residual block. */
  private static ComputationGraphConfiguration branched(InputType input) {
    return graph()
        .setInputTypes(input)
        .addLayer("narrow", convolution(3).build(), "in")
        .addLayer("wide", convolution(5).build(), "in")
        .addVertex("both", new MergeVertex(), "narrow", "wide")
        .addLayer("half", new SubsamplingLayer.Builder().build(), "both")
        .addLayer("block", convolution(3).nOut(16).build(), "half")
        .addLayer("norm", new BatchNormalization.Builder().build(), "block")
        .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "half", "norm")
        .addLayer("quarter", new SubsamplingLayer.Builder().build(), "sum")
        .addLayer("dense", new DenseLayer.Builder().nOut(32).dropOut(0.8).build(), "quarter")
        .addLayer("out", output(0), "dense")
        .build();
  }

  private static ConvolutionLayer.Builder convolution(int kernel) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .nOut(8)
        .convolutionMode(ConvolutionMode.Same)
        .activation(Activation.RELU);
  }

  private static OutputLayer output(int inputs) {
    return output(inputs, CLASSES);
  }

  private static OutputLayer output(int inputs, int classes) {
    return new OutputLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
        .nIn(inputs)
        .nOut(classes)
        .activation(Activation.SOFTMAX)
        .build();
  }
}
