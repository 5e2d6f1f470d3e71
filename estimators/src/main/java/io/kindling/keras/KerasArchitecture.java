/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.data.KindlingException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network as Keras describes it, a Sequential or a functional model: its layers, each behind
 * those that it takes.
 *
 * @param inputName by which layers take the input
 * @param input the shape of one example, without the batch; -1 where any size will do
 * @param layers without the input's
 */
record KerasArchitecture(String inputName, List<Integer> input, List<KerasLayer> layers) {
  private static final String INPUT = "InputLayer";
  private static final int MOST_LAYERS = 10_000;

  /**
   * Reads Keras's JSON.
   *
   * @throws KindlingException if it describes no network of one input and one output
   */
  static KerasArchitecture of(KerasFile file) {
    return new Reading(file).architecture();
  }

  private record Reading(KerasFile file) {
    KerasArchitecture architecture() {
      String type = file.model().path("class_name").asText();
      JsonNode config = file.model().path("config");
      return switch (type) {
        case "Sequential" -> sequential(config.isArray() ? config : config.path("layers"));
        case "Model", "Functional" -> functional(config);
        default ->
            throw refused(
                "it describes a '%s', not a Sequential or functional model".formatted(type));
      };
    }

    private KerasArchitecture sequential(JsonNode described) {
      List<KerasLayer> layers = new ArrayList<>();
      JsonNode shape = null;
      String inputName = "";
      String before = inputName;
      for (JsonNode node : counted(described)) {
        KerasLayer layer = layer(node, List.of(before));
        if (shape == null) {
          shape = shape(layer.config());
        }
        before = layer.name();
        if (!layer.type().equals(INPUT)) {
          layers.add(layer);
        } else if (layers.isEmpty()) {
          inputName = before;
        }
      }
      if (shape == null) {
        throw refused(
            "the shape of its input is not known; build it with input_shape before it is saved");
      }
      return new KerasArchitecture(inputName, sizes(shape), layers);
    }

    private KerasArchitecture functional(JsonNode config) {
      List<String> inputs = names(config.path("input_layers"));
      List<String> outputs = names(config.path("output_layers"));
      if (inputs.size() != 1 || outputs.size() != 1) {
        throw refused(
            "it has the inputs %s and the outputs %s; it must have one of each"
                .formatted(inputs, outputs));
      }
      Map<String, KerasLayer> waiting = new LinkedHashMap<>();
      JsonNode shape = null;
      for (JsonNode node : counted(config.path("layers"))) {
        JsonNode uses = node.path("inbound_nodes");
        KerasLayer layer = layer(node, names(uses));
        if (layer.name().equals(inputs.get(0))) {
          shape = shape(layer.config());
        } else if (uses.size() > 1) {
          throw refused(
              "its layer %s is used in %d places; a layer of ours stands in one"
                  .formatted(layer, uses.size()));
        } else {
          waiting.put(layer.name(), layer);
        }
      }
      if (shape == null) {
        throw refused("the shape of its input %s is not known".formatted(inputs.get(0)));
      }
      return new KerasArchitecture(
          inputs.get(0), sizes(shape), ordered(waiting, inputs.get(0), outputs.get(0)));
    }

    /** Each layer behind those that it takes; without those that nothing leads on from. */
    private List<KerasLayer> ordered(Map<String, KerasLayer> all, String input, String output) {
      Map<String, KerasLayer> ordered = new LinkedHashMap<>();
      Set<String> begun = new HashSet<>();
      Deque<String> way = new ArrayDeque<>(List.of(output));
      while (!way.isEmpty()) {
        String name = way.peek();
        if (name.equals(input) || ordered.containsKey(name)) {
          way.pop();
          continue;
        }
        KerasLayer layer = all.get(name);
        boolean first = begun.add(name);
        List<String> missing =
            layer == null
                ? List.of()
                : layer.inputs().stream()
                    .filter(before -> !before.equals(input) && !ordered.containsKey(before))
                    .toList();
        if (layer == null || (!first && !missing.isEmpty())) {
          throw refused("its layer '%s' has no place in it".formatted(name));
        }
        if (missing.isEmpty()) {
          ordered.put(name, layer);
        }
        for (int i = missing.size() - 1; i >= 0; i--) {
          way.push(missing.get(i));
        }
      }
      return List.copyOf(ordered.values());
    }

    /** A file may claim any number of layers. */
    private JsonNode counted(JsonNode layers) {
      if (layers.size() > MOST_LAYERS) {
        throw refused(
            "it has %d layers; at most %d can be imported".formatted(layers.size(), MOST_LAYERS));
      }
      return layers;
    }

    private KerasLayer layer(JsonNode node, List<String> inputs) {
      JsonNode config = node.path("config");
      String name = node.path("name").asText(config.path("name").asText(null));
      String type = node.path("class_name").asText();
      if (name == null || type.isEmpty()) {
        throw refused("a layer of it has no name or class");
      }
      return file.isKeras1()
          ? Keras1.layer(name, type, config, inputs)
          : new KerasLayer(name, type, config, inputs);
    }

    /**
     * The layers that a text of Keras refers to: {@code [name, node, tensor]}, in lists within
     * lists, or, of Keras 3, {@code keras_history} within objects.
     */
    private static List<String> names(JsonNode references) {
      List<String> names = new ArrayList<>();
      addNames(references, names);
      return names;
    }

    private static void addNames(JsonNode node, List<String> names) {
      if (node.isArray() && node.size() >= 3 && node.get(0).isTextual() && node.get(1).isInt()) {
        names.add(node.get(0).asText());
        // What else a layer takes than its first input: {"mask": [name, node, tensor]}.
        node.path(3).forEach(argument -> addNames(argument, names));
      } else if (node.isContainerNode()) {
        node.forEach(element -> addNames(element, names));
      }
    }

    private static JsonNode shape(JsonNode config) {
      for (String key : List.of("batch_input_shape", "batch_shape")) {
        if (config.path(key).isArray()) {
          return config.path(key);
        }
      }
      return null;
    }

    private static List<Integer> sizes(JsonNode shape) {
      List<Integer> sizes = new ArrayList<>();
      for (int i = 1; i < shape.size(); i++) {
        sizes.add(shape.get(i).asInt(-1));
      }
      return List.copyOf(sizes);
    }

    private KindlingException refused(String reason) {
      return new KindlingException(
          "Cannot import the Keras model %s: %s".formatted(file.path(), reason));
    }
  }
}
