/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import static io.kindling.network.Layers.add;
import static io.kindling.network.Layers.batchNormalization;
import static io.kindling.network.Layers.bidirectional;
import static io.kindling.network.Layers.conv2d;
import static io.kindling.network.Layers.dense;
import static io.kindling.network.Layers.dropout;
import static io.kindling.network.Layers.embedding;
import static io.kindling.network.Layers.flatten;
import static io.kindling.network.Layers.lstm;
import static io.kindling.network.Layers.maxPooling2d;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.acceleration.TrainingAcceleration;
import io.kindling.input.InputSpec;
import io.kindling.input.PixelScaling;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.AllocationsTracker;
import org.nd4j.linalg.api.memory.enums.AllocationKind;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Against figures that Keras shows, and arithmetic by hand. */
class NetworkSummaryTest {
  private static final InputSpec MNIST = InputSpec.image(1, 28, 28, PixelScaling.unit(1));

  private static NetworkConfiguration configuration(
      List<LayerSpec> layers, InputSpec input, int classes) {
    return NetworkBuilder.configuration(
        layers,
        input,
        Head.classifier(classes),
        new OptimizerSpec("adam", Double.NaN, 0, 0),
        GradientClipping.NONE,
        1);
  }

  private static NetworkSummary of(List<LayerSpec> layers, InputSpec input, int steps) {
    return NetworkSummary.of(configuration(layers, input, 10), input, steps);
  }

  /** "Simple MNIST convnet" of Keras' examples, which shows 34,826. */
  @Test
  void kerasExampleOfMnist() {
    NetworkSummary summary =
        of(
            List.of(
                conv2d(32, 3).with("activation", "relu"),
                maxPooling2d(2),
                conv2d(64, 3).with("activation", "relu"),
                maxPooling2d(2),
                flatten(),
                dropout(0.5)),
            MNIST,
            0);
    assertEquals(
        List.of(320L, 18496L, 16010L),
        summary.layers().stream().map(LayerSummary::params).filter(n -> n > 0).toList());
    assertEquals(34826, summary.params());
    assertEquals(34826, summary.trainableParams());
    assertEquals(List.of(26L, 26L, 32L), summary.layers().get(0).outputShape());
    assertEquals(List.of(5L, 5L, 64L), summary.layers().get(3).outputShape());
    long first = 26 * 26 * 9 * 32;
    long second = 11 * 11 * 9 * 32 * 64;
    assertEquals(first, summary.layers().get(0).multiplyAddsPerExample());
    assertEquals(first + second + 1600 * 10, summary.multiplyAddsPerExample());
    long values =
        26 * 26 * 32 + 13 * 13 * 32 + 11 * 11 * 64 + 5 * 5 * 64 + 1600 + 10 + 2 * 26 * 26 * 32;
    assertEquals(4 * (4 * 34826 + 8 * (784 + values)), summary.trainingBytes(8));
    assertEquals(4 * (34826 + 8 * (784 + 2 * 26 * 26 * 32)), summary.scoringBytes(8));
    List<String> lines = summary.toString().lines().toList();
    assertEquals(
        "Layer (type)                    Output Shape        Param #  Multiply-adds", lines.get(0));
    assertEquals(
        "conv2d-1 (Conv2D)               (None, 26, 26, 32)  320      194,688", lines.get(2));
    assertTrue(lines.contains("Total params: 34,826"), summary.toString());
  }

  @Test
  void statisticsOfBatchNormalizationAreNotTrainable() {
    NetworkSummary summary = of(List.of(conv2d(8, 3), batchNormalization(), flatten()), MNIST, 0);
    assertEquals(80 + 32 + 26 * 26 * 8 * 10 + 10, summary.params());
    assertEquals(16, summary.params() - summary.trainableParams());
  }

  /** Keras: 4 * (64 + 32 + 1) * 32 of LSTM(32) on 64 values. */
  @Test
  void sequences() {
    NetworkSummary summary =
        of(
            List.of(
                embedding(64), bidirectional(lstm(32).with("return-sequences", true)), lstm(16)),
            InputSpec.tokens(1000),
            50);
    List<LayerSummary> layers = summary.layers();
    assertEquals(64000, layers.get(0).params());
    assertEquals(0, layers.get(0).multiplyAddsPerExample());
    assertEquals(List.of(50L, 64L), layers.get(0).outputShape());
    assertEquals("Bidirectional(LSTM)", layers.get(1).type());
    assertEquals(2 * 4 * (64 + 32 + 1) * 32, layers.get(1).params());
    assertEquals(2 * 50 * 4 * (64 + 32) * 32, layers.get(1).multiplyAddsPerExample());
    assertEquals(List.of(50L, 64L), layers.get(1).outputShape());
    assertEquals(List.of(16L), layers.get(2).outputShape());
    assertEquals(50 * 4 * (64 + 16) * 16, layers.get(2).multiplyAddsPerExample());
  }

  @Test
  void aGraphTellsWhatItsLayersTakeFrom() {
    NetworkSummary summary =
        of(
            List.of(
                flatten(), dense(8).named("a"), dense(8).named("b"), add("a", "b").named("sum")),
            MNIST,
            0);
    LayerSummary sum =
        summary.layers().stream().filter(l -> l.name().equals("sum")).findFirst().orElseThrow();
    assertEquals("Add", sum.type());
    assertEquals(List.of("a", "b"), sum.connectedTo());
    assertEquals(List.of(8L), sum.outputShape());
    assertTrue(summary.toString().lines().findFirst().orElseThrow().endsWith("Connected to"));
    assertEquals(784 * 8 + 8 + 8 * 8 + 8 + 8 * 10 + 10, summary.params());
  }

  @Test
  void aListsLayersWithoutNamesCountFrom0AsFreezing() {
    MultiLayerConfiguration list =
        new NeuralNetConfiguration.Builder()
            .list(
                new DenseLayer.Builder().nIn(3).nOut(2).build(),
                new OutputLayer.Builder().nIn(2).nOut(2).build())
            .build();
    list.getConfs().forEach(conf -> conf.getLayer().setLayerName(null));
    NetworkConfiguration nameless = NetworkConfiguration.of(list);
    NetworkSummary summary = NetworkSummary.of(nameless, InputSpec.vector(3), 0);
    assertEquals(List.of("0", "1"), summary.layers().stream().map(LayerSummary::name).toList());
  }

  static Stream<String> names() {
    return NamedNetworks.names().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void totalsAreThoseOfTheNetworkThatIsBuilt(String name) {
    InputSpec input =
        name.startsWith("text")
            ? InputSpec.tokens(500)
            : name.startsWith("sequence")
                ? InputSpec.sequence(3)
                : InputSpec.image(3, 32, 32, PixelScaling.unit(3));
    NetworkConfiguration configuration = configuration(NamedNetworks.layers(name), input, 10);
    NetworkSummary summary = NetworkSummary.of(configuration, input, 20);
    try (Network network = NetworkConfiguration.parse(configuration.toJson()).build()) {
      assertEquals(network.params().length(), summary.params());
      // Adam keeps two floats of each that it changes.
      assertEquals(2 * summary.trainableParams(), summary.optimizerState());
      INDArray out = network.output(Nd4j.zeros(DataType.FLOAT, input.shape(1, 20)), null);
      assertEquals(out.length(), summary.layers().get(summary.layers().size() - 1).values());
    }
    assertTrue(summary.multiplyAddsPerExample() > summary.layers().get(1).params());
  }

  /** What ND4J's workspaces hold in a real training, with what the network itself does. */
  @ParameterizedTest
  @ValueSource(strings = {"lenet", "cifar-cnn"})
  void memoryIsAboutThatOfARealTraining(String name) {
    int batch = 64;
    InputSpec input =
        name.equals("lenet") ? MNIST : InputSpec.image(3, 32, 32, PixelScaling.unit(3));
    NetworkConfiguration configuration = configuration(NamedNetworks.layers(name), input, 10);
    NetworkSummary summary = NetworkSummary.of(configuration, input, 0);
    Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    long before = inWorkspaces();
    try (Network network = NetworkConfiguration.parse(configuration.toJson()).build()) {
      TrainingAcceleration.install(network);
      INDArray labels = Nd4j.zeros(batch, 10);
      labels.putColumn(0, Nd4j.ones(batch));
      for (int i = 0; i < 4; i++) {
        network.fit(Nd4j.rand(input.shape(batch, 0)), labels, null);
      }
      long found =
          inWorkspaces()
              - before
              + Float.BYTES * (2 * network.params().length() + network.updaterState().length());
      assertEquals(1.0, summary.trainingBytes(batch) / (double) found, 0.15);
    } finally {
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }
  }

  private static long inWorkspaces() {
    return AllocationsTracker.getInstance().bytesOnDevice(AllocationKind.WORKSPACE, 0);
  }
}
