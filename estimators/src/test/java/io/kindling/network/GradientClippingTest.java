/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import static io.kindling.network.Layers.layer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.input.InputSpec;
import io.kindling.runtime.NativeRuntime;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One step of plain SGD with rate 1 changes parameters by exactly the clipped gradient. */
class GradientClippingTest {
  private static final InputSpec INPUT = InputSpec.vector(4);
  private static final double LIMIT = 0.01;

  @Test
  void aHugeGradientIsScaledToTheNormForEachParameter() {
    MultiLayerNetwork network = network(new GradientClipping(LIMIT, Double.NaN), false);
    Map<String, INDArray> before = params(network);
    Map<String, INDArray> unclipped = steps(network(GradientClipping.NONE, false), before);

    Map<String, INDArray> steps = steps(network, before);

    for (String name : List.of("0_W", "0_b", "1_W", "1_b")) {
      double norm = norm(unclipped.get(name));
      assertTrue(norm > 10 * LIMIT, name + " was " + norm);
      assertEquals(LIMIT, norm(steps.get(name)), 1e-5, name);
      // Scaled, so in the same direction.
      assertArrayEquals(
          unclipped.get(name).mul(LIMIT / norm).data().asFloat(),
          steps.get(name).data().asFloat(),
          1e-5f);
    }
  }

  @Test
  void aGradientBelowTheNormStaysAsItIs() {
    MultiLayerNetwork network = network(new GradientClipping(1e6, Double.NaN), false);
    Map<String, INDArray> before = params(network);
    Map<String, INDArray> unclipped = steps(network(GradientClipping.NONE, false), before);

    Map<String, INDArray> steps = steps(network, before);

    unclipped.forEach(
        (name, step) ->
            assertArrayEquals(step.data().asFloat(), steps.get(name).data().asFloat(), name));
  }

  @Test
  void noElementOfAHugeGradientIsAboveTheValue() {
    MultiLayerNetwork network = network(new GradientClipping(Double.NaN, LIMIT), false);
    Map<String, INDArray> before = params(network);

    Map<String, INDArray> steps = steps(network, before);

    for (String name : List.of("0_W", "0_b", "1_W", "1_b")) {
      assertEquals(LIMIT, steps.get(name).amaxNumber().doubleValue(), 1e-5, name);
    }
  }

  @Test
  void theRunningMeanAndVarianceOfBatchNormalizationAreNotClipped() {
    Map<String, INDArray> before = params(network(GradientClipping.NONE, true));
    Map<String, INDArray> unclipped = steps(network(GradientClipping.NONE, true), before);

    Map<String, INDArray> byNorm =
        steps(network(new GradientClipping(LIMIT, Double.NaN), true), before);
    Map<String, INDArray> byValue =
        steps(network(new GradientClipping(Double.NaN, LIMIT), true), before);

    for (String name : List.of("0_mean", "0_log10stdev")) {
      assertTrue(norm(unclipped.get(name)) > 10 * LIMIT, name);
      assertArrayEquals(
          unclipped.get(name).data().asFloat(), byNorm.get(name).data().asFloat(), name);
      assertArrayEquals(
          unclipped.get(name).data().asFloat(), byValue.get(name).data().asFloat(), name);
    }
    assertEquals(LIMIT, norm(byNorm.get("1_W")), 1e-5);
  }

  @Test
  void bothLimitsAtOnceAreRefused() {
    assertEquals(
        "Cannot clip gradients both by norm (1.0) and by value (0.5): set one of"
            + " training.clip-norm and training.clip-value",
        assertThrows(KindlingException.class, () -> new GradientClipping(1, 0.5)).getMessage());
    assertEquals(
        "Cannot clip gradients to -1.0: it must be above 0",
        assertThrows(KindlingException.class, () -> new GradientClipping(Double.NaN, -1))
            .getMessage());
  }

  private static MultiLayerNetwork network(GradientClipping clipping, boolean batchNorm) {
    NativeRuntime.start();
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            NetworkBuilder.build(
                List.of(
                    batchNorm
                        ? layer("batch-normalization")
                        : layer("dense").with("units", 3).with("activation", "linear")),
                INPUT,
                Head.classifier(2),
                new OptimizerSpec("sgd", 1, 0, 0),
                clipping,
                5));
    network.init();
    return network;
  }

  /** What one minibatch of large values, all wrong, changes. */
  private static Map<String, INDArray> steps(
      MultiLayerNetwork network, Map<String, INDArray> before) {
    INDArray x = Nd4j.createFromArray(new float[][] {{90, 20, 70, -40}, {80, 10, 20, -10}});
    INDArray right = network.output(x);
    INDArray y = Nd4j.zeros(2, 2);
    y.putScalar(0, right.getDouble(0, 0) > 0.5 ? 1 : 0, 1);
    y.putScalar(1, right.getDouble(1, 0) > 0.5 ? 1 : 0, 1);
    network.fit(x, y);
    Map<String, INDArray> steps = new java.util.TreeMap<>();
    network.paramTable().forEach((name, after) -> steps.put(name, before.get(name).sub(after)));
    return steps;
  }

  private static Map<String, INDArray> params(MultiLayerNetwork network) {
    Map<String, INDArray> copies = new java.util.TreeMap<>();
    network.paramTable().forEach((name, values) -> copies.put(name, values.dup()));
    return copies;
  }

  private static double norm(INDArray values) {
    return values.norm2Number().doubleValue();
  }
}
