/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.network.FlowKind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Keras's layers for values of several kinds. */
final class CommonLayers {
  static final Map<String, Function<LayerSource, Imported>> ALL =
      Map.ofEntries(
          Map.entry("Dense", CommonLayers::dense),
          Map.entry("TimeDistributed", CommonLayers::timeDistributed),
          Map.entry("Activation", CommonLayers::activation),
          Map.entry("ReLU", CommonLayers::relu),
          Map.entry("LeakyReLU", layer -> curved(layer, "leaky-relu", 0.3)),
          Map.entry("ELU", layer -> curved(layer, "elu", 1)),
          Map.entry("Softmax", CommonLayers::softmax),
          Map.entry("BatchNormalization", CommonLayers::batchNormalization),
          Map.entry("Dropout", layer -> dropout(layer, "dropout")),
          Map.entry("SpatialDropout1D", layer -> dropout(layer, "spatial-dropout1d")),
          Map.entry("SpatialDropout2D", layer -> dropout(layer, "spatial-dropout2d")),
          Map.entry("ActivityRegularization", layer -> Imported.nothing(layer.first())),
          Map.entry("Flatten", CommonLayers::flatten),
          Map.entry("Reshape", CommonLayers::reshape),
          Map.entry("Add", layer -> elementWise(layer, "add")),
          Map.entry("Subtract", layer -> elementWise(layer, "subtract")),
          Map.entry("Multiply", layer -> elementWise(layer, "multiply")),
          Map.entry("Average", layer -> elementWise(layer, "average")),
          Map.entry("Maximum", layer -> elementWise(layer, "maximum")),
          Map.entry("Concatenate", CommonLayers::concatenate));

  private CommonLayers() {}

  private static Imported dense(LayerSource source) {
    Values in = source.first();
    in.require(FlowKind.ROW, FlowKind.STEPS);
    int units = source.layer().number("units");
    boolean bias = source.layer().flag("use_bias", true);
    source.requireWeights(bias ? 2 : 1);
    KerasWeight kernel = source.weight(0, in.channels(), units);
    Map<String, float[]> weights = new TreeMap<>();
    weights.put(
        "W",
        in.is(FlowKind.STEPS)
            // A convolution over one step, whose weights are read as Keras has them.
            ? kernel.values()
            : WeightOrder.rows(kernel.values(), in.order()));
    if (bias) {
      weights.put("b", source.weight(1, units).values());
    }
    return Imported.weighted(
        "dense",
        source.settings("units", "activation", "use_bias"),
        in.is(FlowKind.STEPS) ? Values.steps(units, in.masked()) : Values.row(units, null),
        weights);
  }

  private static Imported timeDistributed(LayerSource source) {
    JsonNode inner = source.layer().config().path("layer");
    if (!inner.path("class_name").asText().equals("Dense")) {
      throw new LayerProblem(
          "has a layer %s; only Dense can be imported"
              .formatted(inner.path("class_name").asText()));
    }
    source.first().require(FlowKind.STEPS);
    return dense(
        new LayerSource(
            new KerasLayer(source.layer().name(), "Dense", inner.path("config"), List.of()),
            source.in(),
            source.weights(),
            source.channelsFirst(),
            source.theano()));
  }

  private static Imported activation(LayerSource source) {
    Values in = source.first();
    String name = Activations.named(source.layer().config().path("activation"));
    if (name.equals("linear")) {
      return Imported.nothing(in);
    }
    return Imported.plain("activation", source.settings("activation"), in);
  }

  private static Imported relu(LayerSource source) {
    Values in = source.first();
    source.require("negative_slope", 0.0);
    source.require("threshold", 0.0);
    JsonNode most = source.layer().config().path("max_value");
    if (most.isNumber() && most.asDouble() != 6) {
      throw new LayerProblem("has max_value = %s; only 6 or none can be imported".formatted(most));
    }
    return Imported.plain(
        "activation", Map.of("activation", most.isNumber() ? "relu6" : "relu"), in);
  }

  private static Imported curved(LayerSource source, String activation, double usual) {
    return Imported.plain(
        "activation",
        Map.of(
            "activation",
            activation,
            "alpha",
            source.layer().config().path("alpha").asDouble(usual)),
        source.first());
  }

  private static Imported softmax(LayerSource source) {
    Values in = source.first();
    in.require(FlowKind.ROW);
    source.require("axis", -1);
    return Imported.plain("activation", Map.of("activation", "softmax"), in);
  }

  private static Imported batchNormalization(LayerSource source) {
    Values in = source.first();
    in.require(FlowKind.IMAGE, FlowKind.ROW);
    requireChannelAxis(source, in);
    source.require("mode", 0);
    source.require("renorm", false);
    boolean scale = source.layer().flag("scale", true);
    boolean center = source.layer().flag("center", true);
    source.requireWeights(2 + (scale ? 1 : 0) + (center ? 1 : 0));
    Map<String, float[]> weights = new TreeMap<>();
    int place = 0;
    if (scale) {
      weights.put("gamma", source.weight(place++, in.channels()).values());
    }
    if (center) {
      weights.put("beta", source.weight(place++, in.channels()).values());
    }
    weights.put("mean", source.weight(place++, in.channels()).values());
    weights.put("var", source.weight(place, in.channels()).values());
    weights.replaceAll((name, values) -> WeightOrder.rows(values, in.order()));
    return Imported.weighted(
        "batch-normalization", source.settings("momentum", "epsilon"), in, weights);
  }

  private static void requireChannelAxis(LayerSource source, Values in) {
    int axis = source.size("axis", 0, -1);
    int last = in.is(FlowKind.IMAGE) ? 3 : 1;
    boolean fits =
        (in.is(FlowKind.IMAGE) && source.channelsFirst())
            ? axis == 1
            : (axis == -1 || axis == last);
    if (in.isKnown() && !fits) {
      throw new LayerProblem(
          "has axis = %d; only that of the channels can be imported".formatted(axis));
    }
  }

  private static Imported dropout(LayerSource source, String type) {
    Values in = source.first();
    return source.layer().config().path("rate").asDouble() == 0
        ? Imported.nothing(in)
        : Imported.plain(type, source.settings("rate"), in);
  }

  private static Imported flatten(LayerSource source) {
    Values in = source.first();
    in.require(FlowKind.IMAGE, FlowKind.ROW);
    if (in.is(FlowKind.ROW)) {
      return Imported.nothing(in);
    }
    if (in.size() < 0) {
      return Imported.plain("flatten", Map.of(), Values.UNKNOWN);
    }
    // With channels_first, Keras 2 brings the channels to the end; Keras 1 knew no such argument.
    boolean planes =
        source.channelsFirst()
            && !source.layer().text("data_format", "channels_last").equals("channels_first");
    return Imported.plain("flatten", Map.of(), Values.row(in.size(), order(in, planes)));
  }

  private static int[] order(Values in, boolean planes) {
    return planes || in.channels() == 1 || in.height() * in.width() == 1
        ? null
        : WeightOrder.flattened(in.height(), in.width(), in.channels());
  }

  /** Where Keras's order of an image's values is ours: of one channel, or of one pixel. */
  private static Imported reshape(LayerSource source) {
    Values in = source.first();
    in.require(FlowKind.ROW, FlowKind.IMAGE);
    if (!in.isKnown() || in.size() < 0) {
      return Imported.plain("reshape", source.settings("target_shape"), Values.UNKNOWN);
    }
    int[] target = sizes(source.layer().config().path("target_shape"), in.size());
    if (target.length == 1) {
      return in.is(FlowKind.ROW)
          ? Imported.nothing(in)
          : Imported.plain(
              "flatten", Map.of(), Values.row(in.size(), order(in, source.channelsFirst())));
    }
    boolean same =
        target.length == 3
            && (target[2] == 1 || target[0] * target[1] == 1)
            && !source.channelsFirst()
            && (in.is(FlowKind.ROW)
                ? in.order() == null
                : in.channels() == 1 || in.height() * in.width() == 1);
    if (!same) {
      throw new LayerProblem(
          "makes %s of %s; only images of one channel or one pixel can be imported, and rows"
              .formatted(Arrays.toString(target), in.kind()));
    }
    return Imported.plain(
        "reshape",
        Map.of("target-shape", Arrays.stream(target).boxed().toList()),
        Values.image(target[0], target[1], target[2]));
  }

  private static int[] sizes(JsonNode shape, int values) {
    int[] sizes = new int[shape.size()];
    int known = 1;
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = shape.get(i).asInt();
      known *= Math.max(1, sizes[i]);
    }
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = sizes[i] < 0 ? values / known : sizes[i];
    }
    return sizes;
  }

  private static Imported elementWise(LayerSource source, String type) {
    Values first = source.in().get(0);
    for (Values other : source.in()) {
      if (other.isKnown() && first.isKnown() && !other.sameOrder(first)) {
        throw new LayerProblem(
            "joins a flattened image with rows of another order, which no longer fit each other here");
      }
    }
    return Imported.plain(type, Map.of(), first);
  }

  private static Imported concatenate(LayerSource source) {
    Values first = source.in().get(0);
    int channels = 0;
    for (Values other : source.in()) {
      channels = channels < 0 || other.channels() < 0 ? -1 : channels + other.channels();
    }
    int axis = source.size("axis", 0, -1);
    int last =
        first.is(FlowKind.IMAGE)
            ? (source.channelsFirst() ? 1 : 3)
            : first.is(FlowKind.STEPS) ? 2 : 1;
    boolean fits =
        axis == last || (axis == -1 && !(first.is(FlowKind.IMAGE) && source.channelsFirst()));
    if (first.isKnown() && !fits) {
      throw new LayerProblem(
          "has axis = %d; only that of the channels can be imported".formatted(axis));
    }
    return Imported.plain(
        "concatenate",
        Map.of(),
        first.is(FlowKind.ROW)
            ? Values.row(channels, channels < 0 ? null : joined(source.in()))
            : first.withChannels(channels));
  }

  /** The orders of rows one after another; null where all are Keras's. */
  private static int[] joined(List<Values> rows) {
    if (rows.stream().allMatch(row -> row.order() == null)) {
      return null;
    }
    int[] order = new int[rows.stream().mapToInt(Values::channels).sum()];
    int begin = 0;
    for (Values row : rows) {
      for (int i = 0; i < row.channels(); i++) {
        order[begin + i] = begin + (row.order() == null ? i : row.order()[i]);
      }
      begin += row.channels();
    }
    return order;
  }
}
