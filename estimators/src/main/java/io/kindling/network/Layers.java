/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import java.util.List;
import java.util.Map;

/**
 * Layers in Java, with the arguments that each needs; others by {@link LayerSpec#with}:
 *
 * <pre>{@code
 * List.of(
 *     conv2d(32, 3).with("activation", "relu"),
 *     maxPooling2d(2),
 *     flatten(),
 *     dense(64).with("activation", "relu"),
 *     dropout(0.5));
 * }</pre>
 *
 * A branch takes from layers by name: {@code add("shortcut", "batch-normalization-2")}. Every type
 * that has no method here is made by {@link #layer}.
 */
public final class Layers {
  private static final String UNITS = "units";

  private Layers() {}

  /** A layer of any type, without settings. */
  public static LayerSpec layer(String type) {
    return new LayerSpec(type, Map.of());
  }

  /** A convolution over images with square kernels. */
  public static LayerSpec conv2d(int filters, int kernelSize) {
    return layer("conv2d").with("filters", filters).with("kernel-size", kernelSize);
  }

  /** A convolution over steps. */
  public static LayerSpec conv1d(int filters, int kernelSize) {
    return layer("conv1d").with("filters", filters).with("kernel-size", kernelSize);
  }

  /** The largest value of each window. */
  public static LayerSpec maxPooling2d(int poolSize) {
    return layer("max-pooling2d").with("pool-size", poolSize);
  }

  /** Images as rows of values. */
  public static LayerSpec flatten() {
    return layer("flatten");
  }

  /** A fully connected layer. */
  public static LayerSpec dense(int units) {
    return layer("dense").with(UNITS, units);
  }

  /**
   * A layer that sets values to zero while training.
   *
   * @param rate their share
   */
  public static LayerSpec dropout(double rate) {
    return layer("dropout").with("rate", rate);
  }

  /** A layer that scales each channel or unit to mean 0 and variance 1. */
  public static LayerSpec batchNormalization() {
    return layer("batch-normalization");
  }

  /** A layer that only applies an activation. */
  public static LayerSpec activation(String name) {
    return layer("activation").with("activation", name);
  }

  /** Vectors for token ids. */
  public static LayerSpec embedding(int outputDim) {
    return layer("embedding").with("output-dim", outputDim);
  }

  /** An LSTM that gives its last step. */
  public static LayerSpec lstm(int units) {
    return layer("lstm").with(UNITS, units);
  }

  /** A recurrent layer in both directions, their outputs joined. */
  public static LayerSpec bidirectional(LayerSpec recurrent) {
    return layer("bidirectional").with("layer", recurrent);
  }

  /** The sum of what several layers give. */
  public static LayerSpec add(String... inputs) {
    return new LayerSpec("add", null, List.of(inputs), Map.of());
  }

  /** What several layers give, side by side. */
  public static LayerSpec concatenate(String... inputs) {
    return new LayerSpec("concatenate", null, List.of(inputs), Map.of());
  }
}
