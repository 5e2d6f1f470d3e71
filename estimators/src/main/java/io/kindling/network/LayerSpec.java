/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.data.KindlingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * One layer of a network as a job file, JSON or a few lines of Java give it, in Keras' words:
 * {@code {conv2d {filters = 32, kernel-size = [3, 3], activation = relu}}}. {@link Layers} makes
 * them in Java; {@code conf/reference.conf} lists every type with its settings.
 *
 * @param type a name of {@link LayerTypes}
 * @param name by which other layers take what this one gives; null for the type with a number
 * @param inputs the names of the layers that this one takes from, "input" for the network's input;
 *     empty for the layer before
 * @param settings Keras' arguments, in small letters with hyphens; null is as if not set
 */
public record LayerSpec(
    String type, String name, List<String> inputs, Map<String, Object> settings) {
  private static final String NAME = "name";
  private static final String INPUTS = "inputs";

  public LayerSpec {
    inputs = List.copyOf(inputs);
    Map<String, Object> set = new TreeMap<>(settings);
    set.values().removeIf(Objects::isNull);
    settings = Collections.unmodifiableMap(set);
  }

  /** A layer that takes what the one before gives. */
  public LayerSpec(String type, Map<String, ?> settings) {
    this(type, null, List.of(), new TreeMap<>(settings));
  }

  /**
   * The same layer with another value of a setting.
   *
   * @param value a text, number, boolean, list or map, or a layer
   */
  public LayerSpec with(String setting, Object value) {
    Map<String, Object> changed = new TreeMap<>(settings);
    changed.put(setting, value instanceof LayerSpec layer ? layer.toMap() : value);
    return new LayerSpec(type, name, inputs, changed);
  }

  /** The same layer by another name. */
  public LayerSpec named(String otherName) {
    return new LayerSpec(type, otherName, inputs, settings);
  }

  /** The same layer, taking from other layers. */
  public LayerSpec after(String... otherInputs) {
    return new LayerSpec(type, name, List.of(otherInputs), settings);
  }

  /**
   * Reads a layer.
   *
   * @param written its type alone, or a map of its type to its settings, {@code name} and {@code
   *     inputs} among them
   * @throws KindlingException if it is neither
   */
  public static LayerSpec of(Object written) {
    if (written instanceof String type) {
      return new LayerSpec(type, Map.of());
    }
    if (written instanceof Map<?, ?> map && map.size() == 1) {
      Map.Entry<?, ?> only = map.entrySet().iterator().next();
      if (only.getValue() instanceof Map<?, ?> keys) {
        return of(only.getKey().toString(), keys);
      }
    }
    throw new KindlingException(
        "Cannot build the network: a layer is written {conv2d {filters = 32, kernel-size = 3}}, its type with its settings in braces, or as its type alone, not %s"
            .formatted(written));
  }

  private static LayerSpec of(String type, Map<?, ?> keys) {
    Map<String, Object> settings = new TreeMap<>();
    keys.forEach((key, value) -> settings.put(key.toString(), value));
    Object name = settings.remove(NAME);
    Object inputs = settings.remove(INPUTS);
    if (name != null && (!(name instanceof String text) || text.isBlank())) {
      throw new KindlingException(
          "Cannot build the network: 'name' of a layer %s must be a text, not %s"
              .formatted(type, name));
    }
    List<String> sources = new ArrayList<>();
    for (Object source :
        inputs == null ? List.of() : inputs instanceof List<?> list ? list : List.of(inputs)) {
      if (!(source instanceof String text)) {
        throw new KindlingException(
            "Cannot build the network: 'inputs' of a layer %s must be names of layers, not %s"
                .formatted(type, source));
      }
      sources.add(text);
    }
    return new LayerSpec(type, (String) name, sources, settings);
  }

  /**
   * Reads a network's layers in order.
   *
   * @throws KindlingException naming the layer that is of no known type, or misses a setting or has
   *     one too many
   */
  public static List<LayerSpec> listOf(List<?> written) {
    List<LayerSpec> specs = new ArrayList<>();
    for (Object layer : written) {
      LayerSpec spec = of(layer);
      specs.add(spec);
      LayerTypes.check(spec, specs.size());
    }
    return specs;
  }

  /** As {@link #of} reads it. */
  public Map<String, Object> toMap() {
    Map<String, Object> keys = new TreeMap<>(settings);
    if (name != null) {
      keys.put(NAME, name);
    }
    if (!inputs.isEmpty()) {
      keys.put(INPUTS, inputs);
    }
    return Map.of(type, keys);
  }
}
