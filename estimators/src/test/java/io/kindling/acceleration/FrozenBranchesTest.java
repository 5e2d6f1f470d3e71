/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.acceleration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.input.HostArrays;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import io.kindling.model.ParamSpan;
import io.kindling.runtime.NativeRuntime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;

/** Graphs with frozen layers, which Deeplearning4j alone cannot train. */
class FrozenBranchesTest {
  private static final int CLASSES = 3;
  private static final int BATCH = 5;

  @BeforeAll
  static void start() {
    NativeRuntime.start();
  }

  @Test
  void deeplearning4jAloneCannotTrainBehindAFrozenLayerBehindAVertex() {
    // If this starts to pass, FrozenBranches may go.
    try (Network network = residual(FrozenLayer::new)) {
      IllegalStateException failure =
          assertThrows(IllegalStateException.class, () -> network.fit(images(), labels(), null));
      assertTrue(failure.getMessage().contains("Cannot do backward pass"), failure.getMessage());
    }
  }

  @Test
  void behindAFrozenResidualPartTrainsWhatWouldTrainOnItsOutputs() {
    try (Network network = residual(FrozenLayer::new)) {
      TrainingAcceleration.install(network);
      ComputationGraph graph = (ComputationGraph) network.model();
      Map<String, INDArray> before = copies(graph);
      INDArray features = graph.feedForward(images(), false).get("third").dup();
      try (Network head = head()) {
        ComputationGraph alone = (ComputationGraph) head.model();
        for (String name : List.of("last_W", "last_b", "out_W", "out_b")) {
          alone.getParam(name).assign(before.get(name));
        }
        for (int step = 0; step < 3; step++) {
          network.fit(images(), labels(), null);
          head.fit(features, labels(), null);
          assertEquals(head.score(), network.score(), 1e-6);
        }
        for (Map.Entry<String, INDArray> param : copies(graph).entrySet()) {
          boolean trained = alone.paramTable().containsKey(param.getKey());
          INDArray expected = (trained ? copies(alone) : before).get(param.getKey());
          assertArrayEquals(
              HostArrays.floats(expected),
              HostArrays.floats(param.getValue()),
              trained ? 1e-6f : 0,
              param.getKey());
          assertEquals(!trained, before.get(param.getKey()).equals(param.getValue()));
        }
      }
      assertEquals(1, network.frozen().size(), "all that is frozen lies together");
      ParamSpan span = network.frozen().get(0);
      float[] gradient = HostArrays.floats(network.gradient());
      assertArrayEquals(
          new float[span.to() - span.from()], Arrays.copyOfRange(gradient, span.from(), span.to()));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFrozenLayerLetsAGradientPassToWhatTrainsBeforeIt(boolean sequences) {
    try (Network ours = branches(sequences, FrozenLayer::new);
        Network plain = branches(sequences, FrozenLayerWithBackprop::new)) {
      TrainingAcceleration.install(ours);
      INDArray features = sequences ? Nd4j.rand(DataType.FLOAT, BATCH, 6, 4) : rows();
      for (int step = 0; step < 3; step++) {
        ours.fit(features, labels(), null);
        plain.fit(features, labels(), null);
      }
      assertArrayEquals(HostArrays.floats(plain.params()), HostArrays.floats(ours.params()), 1e-6f);
      assertFalse(ours.frozen().isEmpty());
    }
  }

  @Test
  void penaltiesDoNotShrinkFrozenLayersBehindOthers() {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .l2(0.1)
            .updater(new Nesterovs(0.1, 0.9))
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.feedForward(6))
            .addLayer("first", new DenseLayer.Builder().nOut(4).build(), "in")
            .addLayer("kept", new FrozenLayer(new DenseLayer.Builder().nOut(4).build()), "first")
            .addLayer("out", output(), "kept")
            .setOutputs("out");
    try (Network network = network(graph)) {
      TrainingAcceleration.install(network);
      Map<String, INDArray> before = copies((ComputationGraph) network.model());
      network.fit(rows(), labels(), null);
      network.fit(rows(), labels(), null);
      Map<String, INDArray> after = copies((ComputationGraph) network.model());
      assertEquals(before.get("kept_W"), after.get("kept_W"));
      assertFalse(before.get("first_W").equals(after.get("first_W")));
    }
  }

  @Test
  void frozenBatchNormalizationBehindLayersThatTrainIsAnError() {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.feedForward(6))
            .addLayer("first", new DenseLayer.Builder().nOut(4).build(), "in")
            .addLayer("norm", new FrozenLayer(new BatchNormalization.Builder().build()), "first")
            .addLayer("out", output(), "norm")
            .setOutputs("out");
    try (Network network = network(graph)) {
      KindlingException refused =
          assertThrows(KindlingException.class, () -> TrainingAcceleration.install(network));
      assertTrue(refused.getMessage().contains("frozen layer norm"), refused.getMessage());
    }
  }

  /** Two residual blocks; what is frozen ends behind the first, with a vertex and pooling in it. */
  private static Network residual(UnaryOperator<Layer> freeze) {
    return network(
        builder()
            .addInputs("in")
            .setInputTypes(InputType.convolutional(8, 8, 1))
            .addLayer("first", freeze.apply(convolution()), "in")
            .addLayer("norm", freeze.apply(new BatchNormalization.Builder().build()), "first")
            .addLayer("second", freeze.apply(convolution()), "norm")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "first", "second")
            .addLayer(
                "pool",
                new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                    .kernelSize(2, 2)
                    .stride(2, 2)
                    .build(),
                "sum")
            .addLayer("third", freeze.apply(convolution()), "pool")
            .addLayer("last", convolution(), "third")
            .addVertex("again", new ElementWiseVertex(ElementWiseVertex.Op.Add), "third", "last")
            .addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), "again")
            .addLayer("out", output(), "mean")
            .setOutputs("out"));
  }

  private static Network head() {
    return network(
        builder()
            .addInputs("third")
            .setInputTypes(InputType.convolutional(4, 4, 4))
            .addLayer("last", convolution(), "third")
            .addVertex("again", new ElementWiseVertex(ElementWiseVertex.Op.Add), "third", "last")
            .addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), "again")
            .addLayer("out", output(), "mean")
            .setOutputs("out"));
  }

  private static Network branches(boolean sequences, UnaryOperator<Layer> freeze) {
    GraphBuilder graph = builder().addInputs("in");
    if (sequences) {
      graph
          .setInputTypes(InputType.recurrent(6))
          .addLayer("first", new LSTM.Builder().nOut(4).activation(Activation.TANH).build(), "in")
          .addLayer(
              "kept",
              freeze.apply(new LSTM.Builder().nOut(4).activation(Activation.TANH).build()),
              "first")
          .addVertex("both", new MergeVertex(), "first", "kept")
          .addLayer("end", new LastTimeStep(new LSTM.Builder().nOut(4).build()), "both")
          .addLayer("out", output(), "end");
    } else {
      graph
          .setInputTypes(InputType.feedForward(6))
          .addLayer("first", new DenseLayer.Builder().nOut(4).build(), "in")
          .addLayer("kept", freeze.apply(new DenseLayer.Builder().nOut(4).build()), "first")
          .addVertex("both", new MergeVertex(), "first", "kept")
          .addLayer("out", output(), "both");
    }
    return network(graph.setOutputs("out"));
  }

  private static GraphBuilder builder() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .updater(new Nesterovs(0.1, 0.9))
        .activation(Activation.RELU)
        .graphBuilder();
  }

  private static Network network(GraphBuilder graph) {
    ComputationGraphConfiguration configuration = graph.build();
    return NetworkConfiguration.parse(configuration.toJson()).build();
  }

  private static ConvolutionLayer convolution() {
    return new ConvolutionLayer.Builder(3, 3).nOut(4).convolutionMode(ConvolutionMode.Same).build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build();
  }

  private static Map<String, INDArray> copies(ComputationGraph graph) {
    Map<String, INDArray> copies = new java.util.TreeMap<>();
    graph.paramTable().forEach((name, param) -> copies.put(name, param.dup()));
    return copies;
  }

  private static INDArray images() {
    return Nd4j.linspace(0, 1, BATCH * 64, DataType.FLOAT).reshape(BATCH, 1, 8, 8);
  }

  private static INDArray rows() {
    return Nd4j.linspace(-1, 1, BATCH * 6, DataType.FLOAT).reshape(BATCH, 6);
  }

  private static INDArray labels() {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, BATCH, CLASSES);
    for (int i = 0; i < BATCH; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return labels;
  }
}
