/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.data.KindlingException;
import io.kindling.input.InputSpec;
import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;

/**
 * Makes a DL4J configuration of layer specs: Glorot-uniform weights as in Keras, and at the end a
 * {@link Head}.
 */
public final class NetworkBuilder {
  private static final List<Activation> ACTIVATIONS =
      List.of(
          Activation.RELU,
          Activation.LEAKYRELU,
          Activation.ELU,
          Activation.GELU,
          Activation.TANH,
          Activation.SIGMOID,
          Activation.IDENTITY);

  private NetworkBuilder() {}

  /** How a convolution treats the borders, by Keras' names. */
  private enum Padding {
    VALID,
    SAME
  }

  /** A classifier without a limit on gradients. */
  public static MultiLayerConfiguration build(
      List<LayerSpec> layers, InputSpec input, int classes, OptimizerSpec optimizer, long seed) {
    return build(layers, input, Head.classifier(classes), optimizer, GradientClipping.NONE, seed);
  }

  /**
   * Builds a configuration.
   *
   * @param layers from the input on, without the output layer
   * @param input what the network takes
   * @param head the output layer
   * @param clipping a limit on gradients
   * @throws KindlingException if a layer's settings are wrong or the image is too small for them
   */
  public static MultiLayerConfiguration build(
      List<LayerSpec> layers,
      InputSpec input,
      Head head,
      OptimizerSpec optimizer,
      GradientClipping clipping,
      long seed) {
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
    NeuralNetConfiguration.ListBuilder list = builder.list();
    for (LayerSpec layer : layers) {
      list.layer(layer(layer));
    }
    list.layer(head.layer());
    list.setInputType(
        input.kind() == InputSpec.Kind.IMAGE
            ? InputType.convolutional(input.height(), input.width(), input.channels())
            : InputType.feedForward(input.width()));
    try {
      return list.build();
    } catch (RuntimeException e) { // DL4J has many types for one thing: the layers do not fit
      throw new KindlingException(
          "Cannot build the network for %s: %s"
              .formatted(
                  input,
                  String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given")),
          e);
    }
  }

  private static Layer layer(LayerSpec spec) {
    return switch (spec.type()) {
      case "conv" -> {
        int kernel = spec.positive("kernel", 1);
        int stride = spec.positive("stride", 1);
        Padding padding = spec.constant("padding", Padding.VALID, List.of(Padding.values()));
        yield new ConvolutionLayer.Builder(kernel, kernel)
            .stride(stride, stride)
            .nOut(spec.positive("filters", 1))
            .convolutionMode(
                padding == Padding.SAME ? ConvolutionMode.Same : ConvolutionMode.Truncate)
            .activation(activation(spec))
            .build();
      }
      case "max-pool" -> pool(spec, SubsamplingLayer.PoolingType.MAX);
      case "average-pool" -> pool(spec, SubsamplingLayer.PoolingType.AVG);
      case "dense" ->
          new DenseLayer.Builder()
              .nOut(spec.positive("units", 1))
              .activation(activation(spec))
              .build();
      // DL4J counts the share that is kept.
      case "dropout" -> new DropoutLayer.Builder(1 - spec.share("rate")).build();
      // Its running mean and variance are kept as if by gradients, which must not be clipped.
      case "batch-norm" ->
          new BatchNormalization.Builder()
              .gradientNormalization(GradientNormalization.None)
              .build();
      default -> throw new IllegalStateException("LayerSpec lets no type " + spec.type() + " by");
    };
  }

  private static Layer pool(LayerSpec spec, SubsamplingLayer.PoolingType type) {
    int size = spec.positive("size", 2);
    int stride = spec.positive("stride", size);
    return new SubsamplingLayer.Builder(type)
        .kernelSize(size, size)
        .stride(stride, stride)
        .convolutionMode(ConvolutionMode.Truncate)
        .build();
  }

  private static Activation activation(LayerSpec spec) {
    return spec.constant("activation", Activation.RELU, ACTIVATIONS);
  }
}
