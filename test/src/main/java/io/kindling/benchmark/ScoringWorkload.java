/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import io.kindling.input.InputSpec;
import io.kindling.input.PixelScaling;
import io.kindling.model.NetworkConfiguration;
import io.kindling.network.GradientClipping;
import io.kindling.network.Head;
import io.kindling.network.LayerSpec;
import io.kindling.network.NamedNetworks;
import io.kindling.network.NetworkBuilder;
import io.kindling.network.OptimizerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import picocli.CommandLine.Option;

/** What every contestant scores: images by chance, as large as MNIST's or CIFAR-10's. */
public final class ScoringWorkload {
  @Option(names = "--size", defaultValue = "28", description = "28: 28x28x1; 32: 32x32x3.")
  int size;

  @Option(names = "--rows", defaultValue = "10000", description = "Of all processes together.")
  int rows;

  @Option(names = "--batch", defaultValue = "256", description = "Images at once.")
  int batch;

  @Option(
      names = "--passes",
      defaultValue = "5",
      description = "Over the rows; the first warms up, and counts only where it is the only one.")
  int passes;

  InputSpec input() {
    return size == 28 ? Workload.INPUT : InputSpec.image(3, size, size, PixelScaling.unit(3));
  }

  /** Keras' tutorial network on MNIST, or that of three convolutions for CIFAR-10. */
  List<LayerSpec> layers() {
    return size == 28 ? Workload.layers() : NamedNetworks.layers("cifar-cnn");
  }

  NetworkConfiguration network() {
    return NetworkBuilder.configuration(
        layers(),
        input(),
        Head.classifier(Workload.CLASSES),
        new OptimizerSpec("adam", Workload.LEARNING_RATE, 0, 0),
        GradientClipping.NONE,
        1);
  }

  /** The bytes of one image, always the same for an index. */
  byte[] image(long index) {
    byte[] pixels = new byte[input().values()];
    new Random(index).nextBytes(pixels);
    return pixels;
  }

  /** The command line that makes another process's workload this one. */
  List<String> arguments(int rowsOfOne) {
    return new ArrayList<>(
        List.of("--size=" + size, "--rows=" + rowsOfOne, "--batch=" + batch, "--passes=" + passes));
  }
}
