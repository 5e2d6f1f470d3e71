/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.data.KindlingException;
import io.kindling.input.InputSpec;
import io.kindling.model.NetworkConfiguration;
import java.util.List;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.weights.WeightInit;

/**
 * Makes a DL4J configuration of layer specs: Glorot-uniform weights as in Keras, and at the end a
 * {@link Head}.
 */
public final class NetworkBuilder {
  private NetworkBuilder() {}

  /** A classifier without a limit on gradients. */
  public static MultiLayerConfiguration build(
      List<LayerSpec> layers, InputSpec input, int classes, OptimizerSpec optimizer, long seed) {
    return build(layers, input, Head.classifier(classes), optimizer, GradientClipping.NONE, seed);
  }

  /**
   * Builds a configuration of layers that follow one another.
   *
   * @param layers from the input on, without the output layer
   * @param input what the network takes
   * @param head the output layer
   * @param clipping a limit on gradients
   * @throws KindlingException if a layer's settings or its place are wrong, the image is too small
   *     for them, or they are no list, which {@link #configuration} builds
   */
  public static MultiLayerConfiguration build(
      List<LayerSpec> layers,
      InputSpec input,
      Head head,
      OptimizerSpec optimizer,
      GradientClipping clipping,
      long seed) {
    NetworkPlan plan = plan(layers, input, head);
    if (!plan.isList()) {
      throw new KindlingException(
          "Cannot build the network as a list: it has layers side by side, as a graph has");
    }
    return build(plan::list, input, settings(optimizer, clipping, seed));
  }

  /**
   * Builds a configuration, a list of layers where each takes from the one before, else a graph.
   */
  public static NetworkConfiguration configuration(
      List<LayerSpec> layers,
      InputSpec input,
      Head head,
      OptimizerSpec optimizer,
      GradientClipping clipping,
      long seed) {
    NetworkPlan plan = plan(layers, input, head);
    return build(plan::configuration, input, settings(optimizer, clipping, seed));
  }

  private static NetworkPlan plan(List<LayerSpec> layers, InputSpec input, Head head) {
    NetworkPlan plan = new NetworkPlan(input);
    for (int i = 0; i < layers.size(); i++) {
      plan.add(layers.get(i), i + 1);
    }
    plan.end(head);
    return plan;
  }

  static NeuralNetConfiguration.Builder settings(
      OptimizerSpec optimizer, GradientClipping clipping, long seed) {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder().seed(seed).weightInit(WeightInit.XAVIER_UNIFORM);
    optimizer.setOn(builder);
    clipping.setOn(builder);
    return builder;
  }

  private static <C> C build(
      Function<NeuralNetConfiguration.Builder, C> form,
      InputSpec input,
      NeuralNetConfiguration.Builder settings) {
    try {
      return form.apply(settings);
    } catch (RuntimeException e) { // DL4J has many types for one thing: the layers do not fit
      throw new KindlingException(
          "Cannot build the network for %s: %s".formatted(input, NetworkPlan.firstLine(e)), e);
    }
  }
}
