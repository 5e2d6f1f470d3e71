/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.data.KindlingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One layer of a network as a job file or a few lines of Java give it, by the names of the Keras
 * tutorials: {@code {type = conv, filters = 32, kernel = 3, activation = relu}}.
 *
 * <p>Types and their settings (defaults in brackets): {@code conv} filters, kernel, stride [1],
 * padding [valid] or same, activation [relu]; {@code max-pool} and {@code average-pool} size [2],
 * stride [size]; {@code dense} units, activation [relu]; {@code dropout} rate, the share set to
 * zero; {@code batch-norm}.
 *
 * @param type one of the names above
 * @param settings the layer's other keys, checked
 */
public record LayerSpec(String type, Map<String, Object> settings) {
  private static final String TYPE = "type";

  /** Layer types with the settings that each must have, then those it may have. */
  private static final Map<String, List<List<String>>> TYPES =
      new TreeMap<>(
          Map.of(
              "conv",
              List.of(List.of("filters", "kernel"), List.of("stride", "padding", "activation")),
              "max-pool",
              List.of(List.of(), List.of("size", "stride")),
              "average-pool",
              List.of(List.of(), List.of("size", "stride")),
              "dense",
              List.of(List.of("units"), List.of("activation")),
              "dropout",
              List.of(List.of("rate"), List.of()),
              "batch-norm",
              List.of(List.of(), List.of())));

  public LayerSpec {
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  /** The names that a layer's type may have. */
  public static List<String> types() {
    return List.copyOf(TYPES.keySet());
  }

  /**
   * Reads a layer.
   *
   * @param keys {@code type} and the layer's settings
   * @throws KindlingException naming the key that is missing, unknown or has a wrong value
   */
  public static LayerSpec of(Map<String, ?> keys) {
    Object named = keys.get(TYPE);
    if (!(named instanceof String type) || !TYPES.containsKey(type)) {
      throw new KindlingException(
          "Cannot build the network: a layer's type must be one of %s, not %s"
              .formatted(String.join(", ", TYPES.keySet()), named));
    }
    List<String> required = TYPES.get(type).get(0);
    TreeSet<String> known = new TreeSet<>(required);
    known.addAll(TYPES.get(type).get(1));
    Map<String, Object> settings = new TreeMap<>(keys);
    settings.remove(TYPE);
    for (String key : settings.keySet()) {
      if (!known.contains(key)) {
        throw new KindlingException(
            "Cannot build the network: a %s layer has no setting '%s'; it has %s"
                .formatted(type, key, known.isEmpty() ? "none" : String.join(", ", known)));
      }
    }
    for (String key : required) {
      if (!settings.containsKey(key)) {
        throw new KindlingException(
            "Cannot build the network: a %s layer needs '%s'".formatted(type, key));
      }
    }
    return new LayerSpec(type, settings);
  }

  /** Reads a network's layers in order. */
  public static List<LayerSpec> listOf(List<? extends Map<String, ?>> layers) {
    List<LayerSpec> specs = new ArrayList<>();
    for (Map<String, ?> layer : layers) {
      specs.add(of(layer));
    }
    return specs;
  }

  /** A whole number of at least 1; {@code otherwise} where it is not set. */
  int positive(String key, int otherwise) {
    Object value = settings.getOrDefault(key, otherwise);
    if (value instanceof Number number
        && number.doubleValue() == number.intValue()
        && number.intValue() >= 1) {
      return number.intValue();
    }
    throw wrong(key, value, "a whole number of at least 1");
  }

  /** A share of at least 0 and less than 1. */
  double share(String key) {
    Object value = settings.get(key);
    if (value instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() < 1) {
      return number.doubleValue();
    }
    throw wrong(key, value, "at least 0 and less than 1");
  }

  /** One of the constants of an enum, by its name in any case. */
  <E extends Enum<E>> E constant(String key, E otherwise, List<E> allowed) {
    Object value = settings.get(key);
    if (value == null) {
      return otherwise;
    }
    for (E candidate : allowed) {
      if (candidate.name().equalsIgnoreCase(value.toString())) {
        return candidate;
      }
    }
    List<String> names = new ArrayList<>();
    for (E candidate : allowed) {
      names.add(candidate.name().toLowerCase(Locale.ROOT));
    }
    throw wrong(key, value, "one of " + String.join(", ", names));
  }

  private KindlingException wrong(String key, Object value, String wanted) {
    return new KindlingException(
        "Cannot build the network: '%s' of a %s layer must be %s, not %s"
            .formatted(key, type, wanted, value));
  }

  /** As the map that {@link #of} reads. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new TreeMap<>(settings);
    map.put(TYPE, type);
    return map;
  }
}
