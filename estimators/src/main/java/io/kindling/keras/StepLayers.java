/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.network.FlowKind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Keras's layers over sequences. */
final class StepLayers {
  static final Map<String, Function<LayerSource, Imported>> ALL =
      Map.of(
          "Embedding", StepLayers::embedding,
          "LSTM", StepLayers::recurrent,
          "SimpleRNN", StepLayers::recurrent,
          "Bidirectional", StepLayers::bidirectional,
          "Conv1D", StepLayers::conv1d,
          "MaxPooling1D", layer -> pooling(layer, "max-pooling1d"),
          "AveragePooling1D", layer -> pooling(layer, "average-pooling1d"),
          "GlobalMaxPooling1D", layer -> global(layer, "global-max-pooling1d"),
          "GlobalAveragePooling1D", layer -> global(layer, "global-average-pooling1d"));

  private StepLayers() {}

  private static Imported embedding(LayerSource source) {
    Values in = source.first();
    in.require(FlowKind.TOKENS);
    int width = source.layer().number("output_dim");
    source.requireWeights(1);
    KerasWeight table = source.weight(0, source.layer().number("input_dim"), width);
    return Imported.weighted(
        "embedding",
        source.settings("output_dim"),
        Values.steps(width, source.layer().flag("mask_zero", false)),
        Map.of("W", table.values()));
  }

  private static Imported recurrent(LayerSource source) {
    Values in = source.first();
    in.require(FlowKind.STEPS);
    Direction direction = new Direction(source, in.channels());
    source.requireWeights(direction.arrays());
    return Imported.weighted(
        direction.type(),
        direction.settings(),
        direction.out(direction.units(), in),
        direction.weights(0));
  }

  private static Imported bidirectional(LayerSource source) {
    Values in = source.first();
    in.require(FlowKind.STEPS);
    JsonNode config = source.layer().config();
    if (config.hasNonNull("backward_layer")) {
      throw new LayerProblem("has a backward_layer of its own, which ours have not");
    }
    JsonNode described = config.path("layer");
    KerasLayer inner =
        new KerasLayer(
            source.layer().name(),
            described.path("class_name").asText(),
            described.path("config"),
            List.of());
    if (!inner.type().equals("LSTM") && !inner.type().equals("SimpleRNN")) {
      throw new LayerProblem(
          "has a layer %s; only LSTM and SimpleRNN can be imported".formatted(inner.type()));
    }
    if (config.has("merge_mode") && config.path("merge_mode").isNull()) {
      throw new LayerProblem("gives its two directions apart (merge_mode = None)");
    }
    Direction direction =
        new Direction(
            new LayerSource(
                inner, source.in(), source.weights(), source.channelsFirst(), source.theano()),
            in.channels());
    source.requireWeights(2 * direction.arrays());
    Map<String, Object> settings = source.settings("merge_mode");
    settings.put("layer", Map.of(direction.type(), direction.settings()));
    boolean both = source.layer().text("merge_mode", "concat").equals("concat");
    return new Imported(
        "bidirectional",
        settings,
        direction.out((both ? 2 : 1) * direction.units(), in),
        direction.weights(0),
        direction.weights(direction.arrays()));
  }

  /** A recurrent layer, or one of the two within a Bidirectional. */
  private record Direction(LayerSource source, int inputs) {
    Direction {
      for (String argument : List.of("go_backwards", "stateful", "return_state", "time_major")) {
        source.require(argument, false);
      }
    }

    boolean isLstm() {
      return source.layer().type().equals("LSTM");
    }

    String type() {
      return isLstm() ? "lstm" : "simple-rnn";
    }

    int units() {
      return source.layer().number("units");
    }

    private boolean hasBias() {
      return source.layer().flag("use_bias", true);
    }

    /** How many arrays of weights it has. */
    int arrays() {
      return hasBias() ? 3 : 2;
    }

    Map<String, Object> settings() {
      Map<String, Object> settings =
          isLstm()
              ? source.settings("units", "return_sequences", "activation", "recurrent_activation")
              : source.settings("units", "return_sequences", "activation");
      return settings;
    }

    Values out(int width, Values in) {
      return source.layer().flag("return_sequences", false)
          ? Values.steps(width, in.masked())
          : Values.row(width, null);
    }

    /** Those of the arrays from a place on. */
    Map<String, float[]> weights(int from) {
      int columns = (isLstm() ? 4 : 1) * units();
      Map<String, float[]> weights = new TreeMap<>();
      weights.put("W", gates(source.weight(from, inputs, columns).values()));
      weights.put("RW", gates(source.weight(from + 1, units(), columns).values()));
      if (hasBias()) {
        weights.put("b", gates(source.weight(from + 2, columns).values()));
      }
      return weights;
    }

    private float[] gates(float[] values) {
      return isLstm() ? WeightOrder.lstm(values, units()) : values;
    }
  }

  private static Imported conv1d(LayerSource source) {
    Values in = source.first();
    in.require(FlowKind.STEPS);
    source.require("groups", 1);
    source.require("data_format", "channels_last");
    int filters = source.layer().number("filters");
    boolean bias = source.layer().flag("use_bias", true);
    source.requireWeights(bias ? 2 : 1);
    if (source.theano()) {
      // Of any length: padded to the same length, windows go by single steps here.
      source.requireTheanosPadding(1);
    }
    KerasWeight kernel = source.weight(0, source.size("kernel_size", 0, 1), in.channels(), filters);
    int[] shape = kernel.shape();
    float[] values = kernel.values();
    if (source.theano()) {
      values = WeightOrder.turned(values, new int[] {shape[0], 1, shape[1], shape[2]});
    }
    Map<String, float[]> weights = new TreeMap<>();
    // 1.0.0-M2.1 shows them as [out, in, steps], but reads them as Keras has them, [steps, in,
    // out].
    weights.put("W", values);
    if (bias) {
      weights.put("b", source.weight(1, filters).values());
    }
    return Imported.weighted(
        "conv1d", source.convolution("filters"), Values.steps(filters, in.masked()), weights);
  }

  private static Imported pooling(LayerSource source, String type) {
    Values in = source.first();
    in.require(FlowKind.STEPS);
    source.require("padding", "valid");
    source.require("data_format", "channels_last");
    return Imported.plain(type, source.settings("pool_size", "strides"), in);
  }

  private static Imported global(LayerSource source, String type) {
    Values in = source.first();
    in.require(FlowKind.STEPS);
    source.require("keepdims", false);
    source.require("data_format", "channels_last");
    return Imported.plain(type, Map.of(), Values.row(in.channels(), null));
  }
}
