/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import static io.kindling.network.Layers.layer;

import io.kindling.input.InputSpec;
import io.kindling.input.PixelScaling;
import io.kindling.network.LayerSpec;
import io.kindling.network.NetworkBuilder;
import io.kindling.network.OptimizerSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What every contestant trains: the two-convolution network of Keras' tutorial on MNIST. */
public final class Workload {
  static final int CLASSES = 10;
  static final double LEARNING_RATE = 0.001;
  static final InputSpec INPUT = InputSpec.image(1, 28, 28, PixelScaling.unit(1));

  @Parameters(paramLabel = "MNIST_FOLDER", description = "The four IDX files, plain or gzipped.")
  Path mnist;

  @Option(names = "--examples", defaultValue = "12800", description = "Of each epoch.")
  int examples;

  @Option(names = "--batch", defaultValue = "64", description = "Examples in a minibatch.")
  int batch;

  @Option(
      names = "--frequency",
      defaultValue = "5",
      description = "Minibatches between two averagings.")
  int frequency;

  @Option(names = "--workers", defaultValue = "2", description = "Replicas, or processes.")
  int workers;

  @Option(
      names = "--epochs",
      defaultValue = "3",
      description = "The first warms up, and counts only where it is the only one.")
  int epochs;

  public int examples() {
    return examples;
  }

  public int batch() {
    return batch;
  }

  public int frequency() {
    return frequency;
  }

  public int workers() {
    return workers;
  }

  public int epochs() {
    return epochs;
  }

  /** The training images. */
  public MnistImages images() {
    return MnistImages.read(mnist, examples);
  }

  /** The layers below the output layer. */
  static List<LayerSpec> layers() {
    return List.of(
        layer("conv2d").with("filters", 32).with("kernel-size", 3).with("activation", "relu"),
        layer("max-pooling2d").with("pool-size", 2),
        layer("conv2d").with("filters", 64).with("kernel-size", 3).with("activation", "relu"),
        layer("max-pooling2d").with("pool-size", 2),
        layer("flatten"),
        layer("dense").with("units", 64).with("activation", "relu"));
  }

  /** The whole network, with Adam. */
  public static MultiLayerConfiguration network() {
    return NetworkBuilder.build(
        layers(), INPUT, CLASSES, new OptimizerSpec("adam", LEARNING_RATE, 0, 0), 1);
  }

  /** The command line that makes another process's workload this one. */
  List<String> arguments(int examplesOfOne) {
    return new ArrayList<>(
        List.of(
            mnist.toString(),
            "--examples=" + examplesOfOne,
            "--batch=" + batch,
            "--frequency=" + frequency,
            "--workers=" + workers,
            "--epochs=" + epochs));
  }
}
