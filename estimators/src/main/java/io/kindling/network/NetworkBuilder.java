/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.data.KindlingException;
import io.kindling.input.InputSpec;
import io.kindling.model.NetworkConfiguration;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
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
   *     for them, or a layer stands for several side by side, which {@link #configuration} builds
   */
  public static MultiLayerConfiguration build(
      List<LayerSpec> layers,
      InputSpec input,
      Head head,
      OptimizerSpec optimizer,
      GradientClipping clipping,
      long seed) {
    LayerStack stack = stack(layers, input, head);
    if (!stack.isList()) {
      throw new KindlingException(
          "Cannot build the network as a list: it has layers side by side, as a graph has");
    }
    return build(stack::list, input, settings(optimizer, clipping, seed));
  }

  /** Builds a configuration, a list of layers where none are side by side, else a graph. */
  public static NetworkConfiguration configuration(
      List<LayerSpec> layers,
      InputSpec input,
      Head head,
      OptimizerSpec optimizer,
      GradientClipping clipping,
      long seed) {
    LayerStack stack = stack(layers, input, head);
    return build(stack::configuration, input, settings(optimizer, clipping, seed));
  }

  private static LayerStack stack(List<LayerSpec> layers, InputSpec input, Head head) {
    LayerOrder order = new LayerOrder(input);
    LayerStack stack = new LayerStack();
    for (LayerSpec layer : layers) {
      int place = order.next(layer);
      String name = String.format(Locale.ROOT, "%d-%s", place, layer.type());
      new LayerPlan(layer, place, name, input).addTo(stack);
    }
    order.end();
    stack.add("output", head.layer());
    return stack;
  }

  private static NeuralNetConfiguration.Builder settings(
      OptimizerSpec optimizer, GradientClipping clipping, long seed) {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .weightInit(WeightInit.XAVIER_UNIFORM)
            .updater(optimizer.updater());
    if (optimizer.l1() > 0) {
      builder.l1(optimizer.l1());
    }
    if (optimizer.l2() > 0) {
      builder.l2(optimizer.l2());
    }
    clipping.setOn(builder);
    return builder;
  }

  private static <C> C build(
      BiFunction<NeuralNetConfiguration.Builder, InputType, C> form,
      InputSpec input,
      NeuralNetConfiguration.Builder settings) {
    try {
      return form.apply(settings, type(input));
    } catch (RuntimeException e) { // DL4J has many types for one thing: the layers do not fit
      throw new KindlingException(
          "Cannot build the network for %s: %s"
              .formatted(
                  input,
                  String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given")),
          e);
    }
  }

  private static InputType type(InputSpec input) {
    return switch (input.kind()) {
      case IMAGE -> InputType.convolutional(input.height(), input.width(), input.channels());
      case VECTOR -> InputType.feedForward(input.width());
      // The size of a token is that of its one-hot vector.
      case TOKENS -> InputType.recurrent(input.vocabulary());
      case SEQUENCE -> InputType.recurrent(input.width());
    };
  }
}
