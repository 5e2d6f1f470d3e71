/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import io.kindling.data.KindlingException;
import io.kindling.input.InputSpec;
import io.kindling.input.PixelScaling;
import io.kindling.model.ClassTarget;
import io.kindling.model.Loss;
import io.kindling.model.NumberTarget;
import io.kindling.model.Target;
import io.kindling.network.FlowKind;
import io.kindling.network.LayerSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Translates a file of Keras, layer by layer, and gathers what cannot be. */
final class Translation {
  private static final Logger LOG = LoggerFactory.getLogger(Translation.class);

  private static final Map<String, Function<LayerSource, Imported>> LAYERS = new HashMap<>();

  static {
    LAYERS.putAll(ImageLayers.ALL);
    LAYERS.putAll(StepLayers.ALL);
    LAYERS.putAll(CommonLayers.ALL);
  }

  /** Layers that leave out what is masked. */
  private static final Set<String> MASKING =
      Set.of("LSTM", "SimpleRNN", "Bidirectional", "GlobalAveragePooling1D");

  /** Layers behind which Keras has forgotten what was masked. */
  private static final Set<String> UNMASKING =
      Set.of("Conv1D", "MaxPooling1D", "AveragePooling1D", "GlobalMaxPooling1D");

  private final KerasFile file;
  private final KerasOptions options;
  private final KerasArchitecture architecture;
  private final List<String> problems = new ArrayList<>();
  private final boolean channelsFirst;
  private final boolean theano;

  /** By Keras's names of layers, what our network has in their place. */
  private final Map<String, String> places = new HashMap<>();

  private final Map<String, Values> values = new HashMap<>();
  private final List<LayerSpec> layers = new ArrayList<>();
  private final Map<String, Imported> weights = new LinkedHashMap<>();
  private PixelScaling scaling;
  private KerasLayer masking;
  private KerasLayer unmasking;

  private Translation(KerasFile file, KerasOptions options) {
    this.file = file;
    this.options = options;
    this.architecture = KerasArchitecture.of(file);
    this.channelsFirst =
        architecture.layers().stream()
            .anyMatch(
                layer ->
                    ImageLayers.ALL.containsKey(layer.type())
                        && layer.text("data_format", "").equals("channels_first"));
    String backend = options.backend() == null ? file.backend() : options.backend();
    this.theano = "theano".equals(backend);
    if (backend == null
        && architecture.layers().stream().anyMatch(l -> l.type().startsWith("Conv"))) {
      LOG.warn(
          "The Keras file {} does not say what Keras ran on: its convolutions are taken for TensorFlow's, not Theano's",
          file.path());
    }
  }

  /**
   * Translates a file.
   *
   * @throws KindlingException naming each layer that cannot be imported, with the reason
   */
  static KerasNetwork of(KerasFile file, KerasOptions options) {
    return new Translation(file, options).network();
  }

  private KerasNetwork network() {
    List<KerasLayer> all = architecture.layers();
    InputSpec input = input();
    Output output = new Output(all);
    for (KerasLayer layer : all.subList(0, all.size() - output.layers())) {
      add(layer);
    }
    Target target = output.target();
    if (masking != null && unmasking != null) {
      problems.add(
          "%s: reads padding as steps, which %s leaves out (mask_zero); here all layers do the one or the other"
              .formatted(unmasking, masking));
    }
    if (!problems.isEmpty()) {
      throw refused(
          (problems.size() == 1 ? "" : problems.size() + " reasons: ")
              + String.join("; ", problems));
    }
    return new KerasNetwork(finished(input), layers, target, weights);
  }

  private KindlingException refused(String reason) {
    return new KindlingException(
        "Cannot import the Keras model %s: %s".formatted(file.path(), reason));
  }

  /** What the network takes, but for what its layers have yet to tell. */
  private InputSpec input() {
    List<Integer> shape = architecture.input();
    places.put(architecture.inputName(), KerasNetwork.INPUT);
    List<KerasLayer> first =
        architecture.layers().stream()
            .filter(layer -> layer.inputs().contains(architecture.inputName()))
            .toList();
    InputSpec input =
        switch (shape.size()) {
          case 1 ->
              first.stream().anyMatch(l -> l.type().equals("Embedding"))
                  ? tokens(first)
                  : row(shape);
          case 2 -> steps(shape);
          case 3 -> image(shape);
          default -> throw refused("it takes arrays of %s for each example".formatted(shape));
        };
    values.put(
        architecture.inputName(),
        switch (input.kind()) {
          case IMAGE -> Values.image(input.height(), input.width(), input.channels());
          case VECTOR -> Values.row(input.width(), null);
          case TOKENS -> new Values(FlowKind.TOKENS, 1, 1, 1, null, false);
          case SEQUENCE -> Values.steps(input.width(), false);
        });
    return input;
  }

  private InputSpec tokens(List<KerasLayer> first) {
    List<Integer> sizes =
        first.stream().map(layer -> layer.number("input_dim")).distinct().toList();
    if (sizes.size() != 1) {
      throw refused("its embeddings have different vocabularies, of %s ids".formatted(sizes));
    }
    return InputSpec.tokens(sizes.get(0));
  }

  private InputSpec row(List<Integer> shape) {
    return InputSpec.vector(known(shape.get(0)));
  }

  private InputSpec steps(List<Integer> shape) {
    return InputSpec.sequence(known(shape.get(1)));
  }

  private InputSpec image(List<Integer> shape) {
    int channels = known(shape.get(channelsFirst ? 0 : 2));
    if (channels != 1 && channels != 3 && channels != 4) {
      throw refused(
          "it takes images of %d channels; Spark's images have 1, 3 or 4".formatted(channels));
    }
    scaling = options.scaling() == null ? PixelScaling.unit(channels) : options.scaling();
    return InputSpec.image(
        channels,
        known(shape.get(channelsFirst ? 1 : 0)),
        known(shape.get(channelsFirst ? 2 : 1)),
        scaling);
  }

  private int known(int size) {
    if (size < 0) {
      throw refused(
          "it takes inputs of any size (%s); give it one in Keras, as input_shape"
              .formatted(architecture.input()));
    }
    return size;
  }

  private void add(KerasLayer layer) {
    Values out = Values.UNKNOWN;
    String place = layer.name();
    try {
      Imported imported = imported(layer);
      out = imported.out();
      if (imported.type() == null) {
        place = places.getOrDefault(layer.inputs().get(0), layer.inputs().get(0));
      } else {
        place = named(layer.name());
        layers.add(spec(layer, imported, place));
        weights.put(place, imported);
      }
    } catch (LayerProblem | KindlingException e) {
      problems.add("%s: %s".formatted(layer, e.getMessage()));
    }
    places.put(layer.name(), place);
    values.put(layer.name(), masked(layer, out));
  }

  /** The names of the network's ends mean them alone. */
  private static String named(String name) {
    return name.equals(KerasNetwork.INPUT) || name.equals(KerasNetwork.OUTPUT)
        ? name + "-layer"
        : name;
  }

  private LayerSpec spec(KerasLayer layer, Imported imported, String name) {
    List<String> inputs = layer.inputs().stream().map(places::get).toList();
    String before = layers.isEmpty() ? KerasNetwork.INPUT : layers.get(layers.size() - 1).name();
    LayerSpec spec =
        new LayerSpec(
            imported.type(),
            name,
            inputs.equals(List.of(before)) ? List.of() : inputs,
            imported.settings());
    // Read again, its settings are checked.
    return LayerSpec.listOf(List.of(spec.toMap())).get(0);
  }

  private Values masked(KerasLayer layer, Values out) {
    boolean masked = layer.inputs().stream().anyMatch(input -> values.get(input).masked());
    if (masked && MASKING.contains(layer.type())) {
      masking = masking == null ? layer : masking;
    }
    if (masked && UNMASKING.contains(layer.type())) {
      unmasking = unmasking == null ? layer : unmasking;
      return new Values(out.kind(), out.height(), out.width(), out.channels(), out.order(), false);
    }
    return out;
  }

  private Imported imported(KerasLayer layer) {
    if (layer.type().equals("Rescaling")) {
      return rescaling(layer);
    }
    Function<LayerSource, Imported> type = LAYERS.get(layer.type());
    if (type == null) {
      throw new LayerProblem("there is no such layer here");
    }
    return type.apply(source(layer));
  }

  private LayerSource source(KerasLayer layer) {
    List<KerasWeight> own = file.weights().get(layer.name());
    if (own != null && file.isKeras1()) {
      own = Keras1.weights(layer, own);
    }
    return new LayerSource(
        layer, layer.inputs().stream().map(values::get).toList(), own, channelsFirst, theano);
  }

  /** Of pixels as they are; what comes first becomes part of the input. */
  private Imported rescaling(KerasLayer layer) {
    double scale = layer.config().path("scale").asDouble(0);
    boolean alone =
        layer.inputs().equals(List.of(architecture.inputName()))
            && architecture.layers().stream()
                    .filter(other -> other.inputs().contains(architecture.inputName()))
                    .count()
                == 1;
    if (!alone || scaling == null || !(scale > 0)) {
      throw new LayerProblem("can be imported as the first layer of images only, with one scale");
    }
    if (options.scaling() != null) {
      throw new LayerProblem("scales pixels, and another scaling is given; leave that away");
    }
    Values in = values.get(architecture.inputName());
    double std = 1 / (255 * scale);
    double mean = -layer.config().path("offset").asDouble() * std;
    scaling =
        new PixelScaling(
            Collections.nCopies(in.channels(), mean), Collections.nCopies(in.channels(), std));
    return Imported.nothing(in);
  }

  private InputSpec finished(InputSpec input) {
    return switch (input.kind()) {
      case IMAGE -> InputSpec.image(input.channels(), input.height(), input.width(), scaling);
      case TOKENS ->
          input.withZero(masking == null ? InputSpec.ZeroId.TOKEN : InputSpec.ZeroId.SKIPPED);
      default -> input;
    };
  }

  /** What a network ends in: a Dense layer, and perhaps its activation as a layer of its own. */
  private final class Output {
    private final boolean apart;
    private final KerasLayer last;
    private final KerasLayer dense;

    Output(List<KerasLayer> all) {
      if (all.isEmpty()) {
        throw refused("it has no layers");
      }
      this.last = all.get(all.size() - 1);
      this.apart =
          all.size() > 1 && (last.type().equals("Activation") || last.type().equals("Softmax"));
      this.dense = apart ? all.get(all.size() - 2) : last;
    }

    /** How many layers it is. */
    int layers() {
      return !dense.type().equals("Dense") ? 0 : apart ? 2 : 1;
    }

    /** What is predicted; adds the weights of the output layer. */
    Target target() {
      if (layers() == 0) {
        problems.add("%s: is the last layer, which must be a Dense".formatted(dense));
        return null;
      }
      try {
        LayerSource source = source(dense);
        source.first().require(FlowKind.ROW);
        Imported imported = CommonLayers.ALL.get("Dense").apply(source);
        weights.put(
            KerasNetwork.OUTPUT,
            Imported.weighted(null, Map.of(), imported.out(), imported.weights()));
        return target(activation(), imported.out().channels());
      } catch (LayerProblem e) {
        problems.add("%s: %s".formatted(dense, e.getMessage()));
        return null;
      }
    }

    private String activation() {
      String own = dense.text("activation", "linear");
      if (!apart) {
        return own;
      }
      if (!own.equals("linear")) {
        throw new LayerProblem("has two activations, %s and that of %s".formatted(own, last));
      }
      return last.type().equals("Softmax") ? "softmax" : last.text("activation", "linear");
    }

    private Target target(String activation, int units) {
      CompiledLoss loss = CompiledLoss.of(file.training());
      if (units > 1 && activation.equals("softmax")) {
        return new ClassTarget(units);
      }
      boolean sigmoid = activation.equals("sigmoid") && !loss.isOfNumbers();
      // Of one unit: the probability of the second class, or as a logit.
      if (units == 1 && (sigmoid || (activation.equals("linear") && loss.isCrossEntropy()))) {
        return new ClassTarget(2, Loss.BINARY_CROSSENTROPY);
      }
      if (units == 1 && activation.equals("sigmoid")) {
        throw new LayerProblem(
            "is one unit with sigmoid, but was trained with the loss %s, which is not that of classes; in Keras, compile the model with binary_crossentropy (its weights stay) and save it anew"
                .formatted(loss.name()));
      }
      if (units == 1 && activation.equals("linear")) {
        return NumberTarget.unscaled(loss.isAbsolute() ? Loss.MAE : Loss.MSE);
      }
      if (activation.equals("linear") && units > 1 && !loss.isOfNumbers()) {
        // Logits, as the loss with from_logits has them.
        return new ClassTarget(units);
      }
      throw new LayerProblem(
          "is the last layer with %d units and activation %s%s; it must give classes (softmax, one sigmoid, or logits) or one number (linear)"
              .formatted(
                  units, activation, loss.name().isEmpty() ? "" : ", trained with " + loss.name()));
    }
  }
}
