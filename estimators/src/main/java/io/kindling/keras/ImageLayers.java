/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import io.kindling.network.FlowKind;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Keras's layers over images. */
final class ImageLayers {
  static final Map<String, Function<LayerSource, Imported>> ALL =
      Map.of(
          "Conv2D", ImageLayers::conv2d,
          "DepthwiseConv2D", ImageLayers::depthwise,
          "SeparableConv2D", ImageLayers::separable,
          "MaxPooling2D", layer -> pooling(layer, "max-pooling2d"),
          "AveragePooling2D", layer -> pooling(layer, "average-pooling2d"),
          "GlobalMaxPooling2D", layer -> global(layer, "global-max-pooling2d"),
          "GlobalAveragePooling2D", layer -> global(layer, "global-average-pooling2d"),
          "ZeroPadding2D", layer -> borders(layer, "zero-padding2d", "padding", 1),
          "Cropping2D", layer -> borders(layer, "cropping2d", "cropping", -1),
          "UpSampling2D", ImageLayers::upsampling);

  private ImageLayers() {}

  private static Imported conv2d(LayerSource source) {
    Values in = image(source);
    source.require("groups", 1);
    int filters = source.layer().number("filters");
    boolean bias = source.layer().flag("use_bias", true);
    source.requireWeights(bias ? 2 : 1);
    KerasWeight kernel = source.weight(0, size(source, 0), size(source, 1), in.channels(), filters);
    float[] values =
        source.theano() ? WeightOrder.turned(kernel.values(), kernel.shape()) : kernel.values();
    Map<String, float[]> weights = new TreeMap<>();
    weights.put("W", WeightOrder.conv2d(values, kernel.shape()));
    if (bias) {
      weights.put("b", source.weight(1, filters).values());
    }
    if (source.theano()) {
      source.requireTheanosPadding(in.height(), in.width());
    }
    return Imported.weighted(
        "conv2d",
        source.convolution("filters"),
        windowed(source, in, "kernel_size", filters),
        weights);
  }

  private static Imported depthwise(LayerSource source) {
    Values in = image(source);
    requireTensorFlow(source);
    int multiplier = source.size("depth_multiplier", 0, 1);
    boolean bias = source.layer().flag("use_bias", true);
    source.requireWeights(bias ? 2 : 1);
    KerasWeight kernel =
        source.weight(0, size(source, 0), size(source, 1), in.channels(), multiplier);
    int channels = kernel.shape()[2] * multiplier;
    Map<String, float[]> weights = new TreeMap<>();
    // Both have [height, width, in, multiplier].
    weights.put("W", kernel.values());
    if (bias) {
      weights.put("b", source.weight(1, channels).values());
    }
    return Imported.weighted(
        "depthwise-conv2d",
        source.convolution("depth_multiplier"),
        windowed(source, in, "kernel_size", channels),
        weights);
  }

  private static Imported separable(LayerSource source) {
    Values in = image(source);
    requireTensorFlow(source);
    int multiplier = source.size("depth_multiplier", 0, 1);
    int filters = source.layer().number("filters");
    boolean bias = source.layer().flag("use_bias", true);
    source.requireWeights(bias ? 3 : 2);
    KerasWeight depthwise =
        source.weight(0, size(source, 0), size(source, 1), in.channels(), multiplier);
    KerasWeight pointwise = source.weight(1, 1, 1, depthwise.shape()[2] * multiplier, filters);
    Map<String, float[]> weights = new TreeMap<>();
    weights.put("W", WeightOrder.separable(depthwise.values(), depthwise.shape()));
    weights.put("pW", WeightOrder.conv2d(pointwise.values(), pointwise.shape()));
    if (bias) {
      weights.put("b", source.weight(2, filters).values());
    }
    return Imported.weighted(
        "separable-conv2d",
        source.convolution("filters", "depth_multiplier"),
        windowed(source, in, "kernel_size", filters),
        weights);
  }

  private static void requireTensorFlow(LayerSource source) {
    if (source.theano()) {
      throw new LayerProblem("was trained with Theano; only with TensorFlow can it be imported");
    }
  }

  private static Imported pooling(LayerSource source, String type) {
    Values in = image(source);
    if (source.theano() && source.layer().text("padding", "valid").equals("same")) {
      throw new LayerProblem(
          "pads as Theano does (padding = same), where our windows begin elsewhere");
    }
    return Imported.plain(
        type,
        source.settings("pool_size", "strides", "padding"),
        windowed(source, in, "pool_size", in.channels()));
  }

  private static Imported global(LayerSource source, String type) {
    Values in = image(source);
    source.require("keepdims", false);
    return Imported.plain(type, Map.of(), Values.row(in.channels(), null));
  }

  private static Imported borders(LayerSource source, String type, String argument, int sign) {
    Values in = image(source);
    var borders = source.layer().config().path(argument);
    int[] change = new int[2];
    for (int axis = 0; axis < 2; axis++) {
      var side = borders.isArray() ? borders.path(axis) : borders;
      change[axis] =
          side.isArray() ? side.path(0).asInt() + side.path(1).asInt() : 2 * side.asInt();
    }
    return Imported.plain(
        type,
        source.settings(argument),
        Values.image(
            in.height() < 0 ? -1 : in.height() + sign * change[0],
            in.width() < 0 ? -1 : in.width() + sign * change[1],
            in.channels()));
  }

  private static Imported upsampling(LayerSource source) {
    Values in = image(source);
    source.require("interpolation", "nearest");
    return Imported.plain(
        "upsampling2d",
        source.settings("size"),
        Values.image(
            in.height() * source.size("size", 0, 2),
            in.width() * source.size("size", 1, 2),
            in.channels()));
  }

  private static Values image(LayerSource source) {
    Values in = source.first();
    in.require(FlowKind.IMAGE);
    source.requireDataFormat();
    return in;
  }

  private static int size(LayerSource source, int axis) {
    return source.size("kernel_size", axis, 1);
  }

  /** What windows over an image leave of it. */
  private static Values windowed(LayerSource source, Values in, String window, int channels) {
    int[] left = new int[2];
    boolean same = source.layer().text("padding", "valid").equals("same");
    for (int axis = 0; axis < 2; axis++) {
      int length = axis == 0 ? in.height() : in.width();
      int size = source.size(window, axis, 2);
      int stride = source.size("strides", axis, window.equals("pool_size") ? size : 1);
      int reach = (size - 1) * source.size("dilation_rate", axis, 1) + 1;
      left[axis] = length < 0 ? -1 : same ? ceiling(length, stride) : (length - reach) / stride + 1;
    }
    return Values.image(left[0], left[1], channels);
  }

  private static int ceiling(int length, int stride) {
    return (length + stride - 1) / stride;
  }
}
