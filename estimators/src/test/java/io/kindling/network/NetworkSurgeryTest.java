/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import static io.kindling.network.Layers.conv2d;
import static io.kindling.network.Layers.flatten;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.kindling.input.InputSpec;
import io.kindling.input.PixelScaling;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import io.kindling.runtime.NativeRuntime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class NetworkSurgeryTest {
  private static final InputSpec IMAGES = InputSpec.image(3, 8, 8, PixelScaling.unit(3));
  private static final OptimizerSpec ADAM = new OptimizerSpec("adam", Double.NaN, 0, 0);

  /** In a list flatten is what the output layer does to its input. */
  @Test
  void aNewHeadBehindFlattenAloneFlattens() {
    NativeRuntime.start();
    NetworkConfiguration trained =
        NetworkBuilder.configuration(
            List.of(conv2d(4, 3), flatten()),
            IMAGES,
            Head.classifier(2),
            ADAM,
            GradientClipping.NONE,
            1);
    assertFalse(trained.isGraph());
    float[] params;
    try (Network network = NetworkConfiguration.parse(trained.toJson()).build()) {
      params = network.params().toFloatVector();
    }
    NetworkSurgery.Result result =
        NetworkSurgery.operate(
            new PretrainedModel("model", trained.toJson(), params, IMAGES, null, null),
            new PretrainedNetwork("model").withNewHead(),
            IMAGES,
            Head.classifier(5),
            List.of("a", "b", "c", "d", "e"),
            ADAM,
            GradientClipping.NONE,
            1);
    try (Network network = NetworkConfiguration.parse(result.configuration().toJson()).build()) {
      assertArrayEquals(
          new long[] {2, 5}, network.output(Nd4j.rand(IMAGES.shape(2, 0)), null).shape());
      assertEquals(112 + 6 * 6 * 4 * 5 + 5, network.params().length());
    }
  }
}
