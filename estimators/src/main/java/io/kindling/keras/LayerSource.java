/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.network.FlowKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A layer of Keras with all that its translation needs.
 *
 * @param layer as Keras describes it
 * @param in what reaches it
 * @param weights its own, in Keras 2's layout
 * @param channelsFirst whether images are planes one after another in this network
 * @param theano whether Theano slid the kernels, turned by half a turn
 */
record LayerSource(
    KerasLayer layer,
    List<Values> in,
    List<KerasWeight> weights,
    boolean channelsFirst,
    boolean theano) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What reaches a layer of one input. */
  Values first() {
    if (in.size() != 1) {
      throw new LayerProblem("takes one input, but %d reach it".formatted(in.size()));
    }
    return in.get(0);
  }

  /** Refuses an argument that has another value than the one that is the same here. */
  void require(String argument, Object only) {
    JsonNode value = layer.config().path(argument);
    if (!value.isMissingNode() && !value.isNull() && !value.asText().equals(only.toString())) {
      throw new LayerProblem(
          "has %s = %s; only %s can be imported".formatted(argument, value, only));
    }
  }

  /** Refuses another order of an image's values than that of the other layers. */
  void requireDataFormat() {
    if (layer.text("data_format", "").equals("channels_first") != channelsFirst
        && layer.config().has("data_format")) {
      throw new LayerProblem(
          "has data_format = %s, unlike other layers".formatted(layer.text("data_format", "")));
    }
  }

  /** Arguments that all convolutions have, and more, as settings of ours. */
  Map<String, Object> convolution(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "kernel_size", "strides", "padding", "dilation_rate", "activation", "use_bias"));
    arguments.addAll(List.of(more));
    return settings(arguments.toArray(String[]::new));
  }

  /** Arguments as settings of ours, by Keras's names: {@code kernel_size} as kernel-size. */
  Map<String, Object> settings(String... arguments) {
    Map<String, Object> settings = new TreeMap<>();
    for (String argument : arguments) {
      JsonNode value = layer.config().path(argument);
      if (value.isMissingNode() || value.isNull()) {
        continue;
      }
      settings.put(
          kebab(argument),
          argument.endsWith("activation")
              ? activation(value)
              : JSON.convertValue(value, Object.class));
    }
    for (String argument : List.of("kernel_regularizer", "bias_regularizer")) {
      Map<String, Object> penalties = penalties(layer.config().path(argument));
      if (!penalties.isEmpty() && List.of(arguments).contains("use_bias")) {
        settings.put(kebab(argument), penalties);
      }
    }
    return settings;
  }

  private String activation(JsonNode value) {
    String name = Activations.named(value);
    // Deeplearning4j would take it along the last axis, which is not that of the channels.
    if (name.equals("softmax") && in.stream().anyMatch(v -> v.isKnown() && !v.is(FlowKind.ROW))) {
      throw new LayerProblem("takes softmax of other than rows of values");
    }
    return name;
  }

  static String kebab(String argument) {
    return argument.replace('_', '-').toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> penalties(JsonNode regularizer) {
    JsonNode config = regularizer.has("config") ? regularizer.path("config") : regularizer;
    Map<String, Object> penalties = new TreeMap<>();
    for (String kind : List.of("l1", "l2")) {
      if (config.path(kind).asDouble() > 0) {
        penalties.put(kind, config.path(kind).asDouble());
      }
    }
    return penalties;
  }

  /** One number, or the first of a list. */
  int size(String argument, int place, int otherwise) {
    JsonNode value = layer.config().path(argument);
    return value.isArray()
        ? value.path(Math.min(place, value.size() - 1)).asInt(otherwise)
        : value.asInt(otherwise);
  }

  /**
   * Checks how many arrays of weights there are.
   *
   * @throws LayerProblem if there are more or fewer
   */
  void requireWeights(int count) {
    if (weights == null) {
      throw new LayerProblem("has no weights in the file");
    }
    if (weights.size() != count) {
      throw new LayerProblem(
          "has %d arrays of weights in the file, it must have %d".formatted(weights.size(), count));
    }
  }

  /**
   * One array of weights.
   *
   * @param shape that it must have; -1 for a size that is not known behind a layer that cannot be
   *     imported, where no values are read
   * @throws LayerProblem if it has another
   */
  KerasWeight weight(int place, int... shape) {
    KerasWeight weight = weights.get(place);
    int[] wanted = shape.clone();
    if (wanted.length == weight.shape().length) {
      for (int i = 0; i < wanted.length; i++) {
        wanted[i] = wanted[i] < 0 ? weight.shape()[i] : wanted[i];
      }
    }
    if (!weight.hasShape(wanted)) {
      throw new LayerProblem(
          "has weights '%s' of %s in the file, its description asks for %s"
              .formatted(
                  weight.name(), KerasWeight.shown(weight.shape()), KerasWeight.shown(wanted)));
    }
    boolean known = Arrays.stream(shape).allMatch(size -> size >= 0);
    return known ? weight : new KerasWeight(weight.name(), wanted, () -> new float[0]);
  }

  /**
   * Refuses windows of {@code padding = same} that begin elsewhere in Theano, half of their reach
   * before the values, than in TensorFlow.
   *
   * @param lengths of the values along each axis; any where strides are 1
   */
  void requireTheanosPadding(int... lengths) {
    if (!layer.text("padding", "valid").equals("same")) {
      return;
    }
    for (int axis = 0; axis < lengths.length; axis++) {
      int kernel = size("kernel_size", axis, 1);
      int stride = size("strides", axis, 1);
      int reach = (kernel - 1) * size("dilation_rate", axis, 1) + 1;
      int windows = (lengths[axis] + stride - 1) / stride;
      int padded = Math.max((windows - 1) * stride + reach - lengths[axis], 0);
      if (padded / 2 != reach / 2) {
        throw new LayerProblem(
            "pads as Theano does (padding = same, kernel_size = %d, strides = %d), where our windows begin elsewhere"
                .formatted(kernel, stride));
      }
    }
  }
}
