/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What Keras 1 says, in the words of Keras 2: names of classes and arguments, and weights. */
final class Keras1 {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Map<String, String> TYPES =
      Map.of(
          "Convolution1D", "Conv1D",
          "Convolution2D", "Conv2D",
          "AtrousConvolution2D", "Conv2D",
          "SeparableConvolution2D", "SeparableConv2D");

  private static final Map<String, String> MERGES =
      Map.of(
          "sum", "Add",
          "mul", "Multiply",
          "ave", "Average",
          "max", "Maximum",
          "concat", "Concatenate");

  private static final Map<String, String> ARGUMENTS =
      Map.ofEntries(
          Map.entry("nb_filter", "filters"),
          Map.entry("subsample", "strides"),
          Map.entry("subsample_length", "strides"),
          Map.entry("filter_length", "kernel_size"),
          Map.entry("atrous_rate", "dilation_rate"),
          Map.entry("border_mode", "padding"),
          Map.entry("bias", "use_bias"),
          Map.entry("W_regularizer", "kernel_regularizer"),
          Map.entry("b_regularizer", "bias_regularizer"),
          Map.entry("W_constraint", "kernel_constraint"),
          Map.entry("inner_activation", "recurrent_activation"),
          Map.entry("pool_length", "pool_size"),
          Map.entry("stride", "strides"),
          Map.entry("p", "rate"));

  private Keras1() {}

  /** A layer as Keras 2 would describe it. */
  static KerasLayer layer(String name, String type, JsonNode config, List<String> inputs) {
    ObjectNode renamed = JSON.createObjectNode();
    config
        .fields()
        .forEachRemaining(
            argument ->
                renamed.set(
                    ARGUMENTS.getOrDefault(argument.getKey(), argument.getKey()),
                    argument.getValue()));
    // The embedding kept its names.
    if (config.has("output_dim") && !type.equals("Embedding")) {
      renamed.set("units", config.get("output_dim"));
    }
    if (config.has("nb_row")) {
      renamed.putArray("kernel_size").add(config.get("nb_row")).add(config.get("nb_col"));
    }
    if (config.has("dim_ordering")) {
      renamed.put(
          "data_format",
          config.get("dim_ordering").asText().equals("th") ? "channels_first" : "channels_last");
    }
    if (config.path("layer").isObject()) {
      JsonNode inner = config.get("layer");
      KerasLayer translated =
          layer(name, inner.path("class_name").asText(), inner.path("config"), List.of());
      renamed
          .putObject("layer")
          .put("class_name", translated.type())
          .set("config", translated.config());
    }
    String named = TYPES.getOrDefault(type, type);
    if (type.equals("Merge")) {
      named = MERGES.getOrDefault(config.path("mode").asText(), type);
      renamed.set("axis", config.path("concat_axis"));
    }
    return new KerasLayer(name, named, renamed, inputs);
  }

  /**
   * A layer's weights as Keras 2 would have them.
   *
   * @param layer as {@link #layer} gives it
   */
  static List<KerasWeight> weights(KerasLayer layer, List<KerasWeight> weights) {
    return switch (layer.type()) {
      case "Conv2D" -> withFirst(weights, Keras1.conv2d(layer, weights));
      // [steps, 1, in, out]
      case "Conv1D" -> withFirst(weights, conv1d(weights));
      case "LSTM" -> weights.size() == 12 ? lstm(weights) : weights;
      case "Bidirectional" -> weights.size() == 24 ? bothWays(weights) : weights;
      default -> weights;
    };
  }

  private static List<KerasWeight> withFirst(List<KerasWeight> weights, KerasWeight first) {
    if (first == null) {
      return weights;
    }
    List<KerasWeight> changed = new ArrayList<>(weights);
    changed.set(0, first);
    return changed;
  }

  /** Of channels first: {@code [out, in, height, width]}. */
  private static KerasWeight conv2d(KerasLayer layer, List<KerasWeight> weights) {
    if (weights.isEmpty()
        || weights.get(0).shape().length != 4
        || !layer.text("data_format", "").equals("channels_first")) {
      return null;
    }
    KerasWeight kernel = weights.get(0);
    int[] shape = kernel.shape();
    return new KerasWeight(
        kernel.name(),
        new int[] {shape[2], shape[3], shape[1], shape[0]},
        () -> WeightOrder.transposed(kernel.values(), shape, 2, 3, 1, 0));
  }

  private static KerasWeight conv1d(List<KerasWeight> weights) {
    if (weights.isEmpty() || weights.get(0).shape().length != 4) {
      return null;
    }
    KerasWeight kernel = weights.get(0);
    int[] shape = kernel.shape();
    return new KerasWeight(kernel.name(), new int[] {shape[0], shape[2], shape[3]}, kernel.data());
  }

  private static List<KerasWeight> bothWays(List<KerasWeight> weights) {
    List<KerasWeight> both = new ArrayList<>(lstm(weights.subList(0, 12)));
    both.addAll(lstm(weights.subList(12, 24)));
    return both;
  }

  /**
   * Gate by gate (input, candidate, forget, output) a kernel, a recurrent kernel and a bias: beside
   * one another, in Keras 2's order of gates.
   */
  private static List<KerasWeight> lstm(List<KerasWeight> weights) {
    for (int i = 0; i < weights.size(); i++) {
      // Left as they are, they are refused for their number.
      int[] shape = weights.get(i % 3).shape();
      if (shape.length == 0 || !weights.get(i).hasShape(shape)) {
        return weights;
      }
    }
    List<KerasWeight> joined = new ArrayList<>();
    for (int kind = 0; kind < 3; kind++) {
      List<KerasWeight> gates = new ArrayList<>();
      for (int gate : new int[] {0, 2, 1, 3}) {
        gates.add(weights.get(3 * gate + kind));
      }
      joined.add(beside(gates));
    }
    return joined;
  }

  private static KerasWeight beside(List<KerasWeight> parts) {
    KerasWeight first = parts.get(0);
    int[] shape = first.shape().clone();
    int width = shape[shape.length - 1];
    shape[shape.length - 1] = width * parts.size();
    return new KerasWeight(
        first.name(), shape, () -> beside(parts.stream().map(KerasWeight::values).toList(), width));
  }

  private static float[] beside(List<float[]> parts, int width) {
    int rows = parts.get(0).length / Math.max(1, width);
    float[] values = new float[rows * width * parts.size()];
    for (int row = 0; row < rows; row++) {
      for (int part = 0; part < parts.size(); part++) {
        System.arraycopy(
            parts.get(part), row * width, values, (row * parts.size() + part) * width, width);
      }
    }
    return values;
  }
}
