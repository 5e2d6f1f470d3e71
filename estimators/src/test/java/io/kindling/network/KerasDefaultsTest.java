/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import static io.kindling.network.Layers.bidirectional;
import static io.kindling.network.Layers.conv2d;
import static io.kindling.network.Layers.dense;
import static io.kindling.network.Layers.flatten;
import static io.kindling.network.Layers.layer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.input.InputSpec;
import io.kindling.input.PixelScaling;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import io.kindling.runtime.NativeRuntime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What layers start with and compute where Keras and DL4J have other ideas by one name. */
class KerasDefaultsTest {
  private static final InputSpec IMAGES = InputSpec.image(3, 16, 16, PixelScaling.unit(3));
  private static final InputSpec STEPS = InputSpec.sequence(3);

  @BeforeAll
  static void start() {
    NativeRuntime.start();
  }

  /** The scale and the fans of Keras' documentation: a variance of scale / fan. */
  @ParameterizedTest
  @CsvSource({
    "glorot-uniform, 1, both",
    "glorot-normal, 1, both",
    "he-uniform, 2, in",
    "he-normal, 2, in",
    "lecun-uniform, 1, in",
    "lecun-normal, 1, in",
  })
  void initializersSpreadAsWideAsKeras(String name, double scale, String fan) {
    LayerSpec dense = dense(100).with("kernel-initializer", name);
    // 16 x 16 x 3 inputs; 3 x 3 x 3 of a filter.
    assertSpread(scale / fan(fan, 768, 100), List.of(flatten(), dense), 0);
    LayerSpec convolution = conv2d(500, 3).with("kernel-initializer", name);
    assertSpread(
        scale / fan(fan, 27, 4500), List.of(convolution, layer("global-max-pooling2d")), 0);
  }

  private static double fan(String fan, double in, double out) {
    return fan.equals("in") ? in : (in + out) / 2;
  }

  private static void assertSpread(double variance, List<LayerSpec> layers, int index) {
    try (Network network = network(layers, IMAGES)) {
      INDArray kernel = network.layers()[index].getParam("W");
      assertEquals(
          Math.sqrt(variance), kernel.stdNumber().doubleValue(), 0.03 * Math.sqrt(variance));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lstm", "simple-rnn"})
  void theKernelsInitializerLeavesRecurrentWeights(String type) {
    LayerSpec recurrent =
        layer(type)
            .with("units", 32)
            .with("kernel-initializer", "zeros")
            .with("return-sequences", true);
    try (Network network = network(List.of(recurrent, layer("last-step")), STEPS)) {
      INDArray weights = network.layers()[0].getParam("RW");
      assertEquals(0, network.layers()[0].getParam("W").maxNumber().doubleValue());
      assertTrue(weights.stdNumber().doubleValue() > 0.05, weights.toString());
    }
    LayerSpec set = recurrent.with("recurrent-initializer", "ones");
    try (Network network = network(List.of(set, layer("last-step")), STEPS)) {
      assertEquals(1, network.layers()[0].getParam("RW").minNumber().doubleValue());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lstm", "simple-rnn"})
  void kernelConstraintsLeaveRecurrentWeights(String type) {
    LayerSpec recurrent =
        layer(type).with("units", 8).with("kernel-constraint", Map.of("max-norm", 0.01));
    for (List<LayerSpec> layers :
        List.of(
            List.of(recurrent),
            List.of(
                bidirectional(recurrent.with("return-sequences", true)),
                layer("global-max-pooling1d")))) {
      try (Network network = network(layers, STEPS)) {
        network.fit(Nd4j.rand(4, 3, 5), Nd4j.eye(2).repeat(0, 2), null);
        network
            .layers()[0]
            .paramTable()
            .forEach(
                (name, weights) -> {
                  if (name.endsWith("RW")) {
                    assertTrue(weights.norm2(0).minNumber().doubleValue() > 0.2, name);
                  } else if (name.endsWith("W")) {
                    assertEquals(0.01, weights.norm2(0).maxNumber().doubleValue(), 1e-4, name);
                  }
                });
      }
    }
  }

  @Test
  void geluIsNearTheOneByTheErrorFunction() {
    // x times the share of a normal distribution below x.
    assertActivation("gelu", -1, -0.158655, 0.03);
    assertActivation("gelu", 2, 1.954500, 0.03);
    assertActivation("gelu", -2, -0.045500, 0.03);
  }

  @Test
  void leakyReluIsAsSteepAsKerasLayer() {
    assertActivation("leaky-relu", -2, -0.6, 1e-6);
    assertActivation("leaky-relu", 2, 2, 1e-6);
  }

  /** In a layer, and after its JSON. */
  private static void assertActivation(String name, double x, double expected, double within) {
    NetworkConfiguration written =
        configuration(List.of(flatten(), dense(1).with("activation", name)), IMAGES);
    NetworkConfiguration read = NetworkConfiguration.parse(written.toJson());
    IActivation activation =
        ((org.deeplearning4j.nn.conf.layers.BaseLayer) read.layers().get(0)).getActivationFn();
    assertEquals(Activations.BY_NAME.get(name), activation);
    double found =
        activation.getActivation(Nd4j.createFromArray(new double[][] {{x}}), false).getDouble(0);
    assertEquals(expected, found, within);
    assertNotEquals(0, found);
  }

  private static NetworkConfiguration configuration(List<LayerSpec> layers, InputSpec input) {
    return NetworkBuilder.configuration(
        layers,
        input,
        Head.classifier(2),
        new OptimizerSpec("adam", Double.NaN, 0, 0),
        GradientClipping.NONE,
        1);
  }

  private static Network network(List<LayerSpec> layers, InputSpec input) {
    return NetworkConfiguration.parse(configuration(layers, input).toJson()).build();
  }
}
