/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;

/** Convolutions over images and over steps. */
final class ConvolutionTypes {
  private static final List<String> WINDOW =
      List.of("strides", "padding", "dilation-rate", "activation", "use-bias");

  static final Map<String, LayerType> ALL =
      Map.of(
          "conv1d",
          type(ConvolutionTypes::conv1d).needing("filters", "32"),
          "conv2d",
          type(ConvolutionTypes::conv2d).needing("filters", "32"),
          "depthwise-conv2d",
          type(ConvolutionTypes::depthwise).and(List.of("depth-multiplier")),
          "separable-conv2d",
          type(ConvolutionTypes::separable)
              .and(List.of("depth-multiplier"))
              .needing("filters", "32"));

  /** How convolution and pooling treat the borders. */
  private static final Map<String, ConvolutionMode> IMAGE_PADDINGS =
      new TreeMap<>(Map.of("valid", ConvolutionMode.Truncate, "same", ConvolutionMode.Same));

  private static final Map<String, ConvolutionMode> STEP_PADDINGS = new TreeMap<>(IMAGE_PADDINGS);

  static {
    STEP_PADDINGS.put("causal", ConvolutionMode.Causal);
  }

  private ConvolutionTypes() {}

  private static LayerType type(LayerType.Simple maker) {
    return LayerType.of(maker).and(WINDOW).and(WeightSettings.ALL).needing("kernel-size", "3");
  }

  /** Valid or same. */
  static ConvolutionMode padding(LayerSettings layer) {
    return layer.named("padding", IMAGE_PADDINGS, ConvolutionMode.Truncate);
  }

  /** Makes sure that a window lies within the image or the steps where it is not padded. */
  static void checkWindow(
      LayerSettings layer, String what, ConvolutionMode mode, int[] size, int[] dilation, Flow in) {
    for (int i = 0; i < size.length; i++) {
      long reach = (size[i] - 1L) * dilation[i] + 1;
      long there = in.sizes().get(i);
      if (mode == ConvolutionMode.Truncate && there >= 0 && reach > there) {
        throw layer.error(
            "has a %s of %s%s, but %s reach it; it needs at least %s; make it smaller or set padding = same"
                .formatted(
                    what,
                    shown(size),
                    reach == size[i] ? "" : " with dilation-rate " + shown(dilation),
                    in,
                    reach(size, dilation)));
      }
    }
  }

  private static String shown(int[] sizes) {
    return sizes.length == 1 ? "" + sizes[0] : sizes[0] + " x " + sizes[1];
  }

  private static String reach(int[] sizes, int[] dilation) {
    int[] reaches = new int[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      reaches[i] = (sizes[i] - 1) * dilation[i] + 1;
    }
    return shown(reaches);
  }

  /**
   * Sets what all convolutions over images have.
   *
   * @param inputs the dimensions of the kernel that one filter's weights run along
   */
  private static <B extends ConvolutionLayer.BaseConvBuilder<B>> B window(
      LayerSettings layer, Flow in, B builder, int... inputs) {
    layer.require(in.is(FlowKind.IMAGE), in, FlowKind.IMAGE, "");
    int[] kernel = layer.sizes("kernel-size", 2, null);
    int[] dilation = layer.sizes("dilation-rate", 2, new int[] {1, 1});
    ConvolutionMode mode = padding(layer);
    checkWindow(layer, "kernel-size", mode, kernel, dilation, in);
    builder.kernelSize(kernel);
    builder.stride(layer.sizes("strides", 2, new int[] {1, 1}));
    builder.dilation(dilation);
    builder.convolutionMode(mode);
    builder.activation(Activations.ofEach(layer));
    builder.hasBias(layer.flag("use-bias", true));
    return WeightSettings.set(layer, builder, inputs);
  }

  private static Piece conv2d(LayerSettings layer, Flow in) {
    return new Piece.One(
        window(layer, in, new ConvolutionLayer.Builder(), 1, 2, 3)
            .nOut(layer.positive("filters", 1))
            .build());
  }

  private static Piece depthwise(LayerSettings layer, Flow in) {
    if (dilates(layer.sizes("dilation-rate", 2, new int[] {1, 1}))) {
      throw layer.error(
          "has a dilation-rate above 1, which Deeplearning4j cannot compute there; take separable-conv2d or conv2d, or leave dilation-rate away");
    }
    return new Piece.One(
        window(layer, in, new DepthwiseConvolution2D.Builder())
            .depthMultiplier(layer.positive("depth-multiplier", 1))
            .build());
  }

  private static Piece separable(LayerSettings layer, Flow in) {
    return new Piece.One(
        window(layer, in, new SeparableConvolution2D.Builder())
            .depthMultiplier(layer.positive("depth-multiplier", 1))
            .nOut(layer.positive("filters", 1))
            .build());
  }

  private static boolean dilates(int[] rates) {
    return Arrays.stream(rates).anyMatch(rate -> rate > 1);
  }

  private static Piece conv1d(LayerSettings layer, Flow in) {
    PoolingTypes.requireSteps(layer, in);
    ConvolutionMode mode = layer.named("padding", STEP_PADDINGS, ConvolutionMode.Truncate);
    int[] kernel = layer.sizes("kernel-size", 1, null);
    int[] dilation = layer.sizes("dilation-rate", 1, new int[] {1});
    int stride = layer.sizes("strides", 1, new int[] {1})[0];
    checkWindow(layer, "kernel-size", mode, kernel, dilation, in);
    if (stride > 1 && mode == ConvolutionMode.Same) {
      throw layer.error(
          "has strides = %d and padding = same, whose windows would depend on the padding of a minibatch; set its padding to valid or causal"
              .formatted(stride));
    }
    if (dilates(dilation) && mode != ConvolutionMode.Causal) {
      throw layer.error(
          "has a dilation-rate above 1 and padding = %s, which Deeplearning4j cannot compute; set its padding to causal"
              .formatted(mode == ConvolutionMode.Same ? "same" : "valid"));
    }
    return new Piece.One(
        WeightSettings.set(layer, new Convolution1DLayer.Builder(kernel[0]))
            .stride(stride)
            .dilation(dilation[0])
            .nOut(layer.positive("filters", 1))
            .convolutionMode(mode)
            .activation(Activations.ofEach(layer))
            .hasBias(layer.flag("use-bias", true))
            .build());
  }
}
