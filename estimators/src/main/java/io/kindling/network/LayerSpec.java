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
 * <p>Types and their settings (defaults in brackets), for images: {@code conv} filters, kernel,
 * stride [1], padding [valid] or same, activation [relu]; {@code max-pool} and {@code average-pool}
 * size [2], stride [size].
 *
 * <p>For sequences: {@code embedding} output-dim, trainable [true]; {@code lstm} and {@code
 * simple-rnn} units, return-sequences [false], activation [tanh]; {@code bidirectional} layer (an
 * lstm or simple-rnn), merge [concat], sum, mul or ave; {@code conv1d} filters, kernel (several:
 * convolutions side by side), stride [1], padding [valid], same or causal, activation [relu];
 * {@code max-pool-1d} and {@code average-pool-1d} size [2], stride [size]; {@code self-attention}
 * units, heads [1]; {@code last-step}, behind a recurrent layer that returns sequences.
 *
 * <p>For both: {@code global-max-pool}, {@code global-average-pool}; {@code dense} units,
 * activation [relu]; {@code dropout} rate, the share set to zero; {@code batch-norm}.
 *
 * @param type one of the names above
 * @param settings the layer's other keys, checked
 */
public record LayerSpec(String type, Map<String, Object> settings) {
  private static final String TYPE = "type";

  /** Layer types with the settings that each must have, then those it may have. */
  private static final Map<String, List<List<String>>> TYPES =
      new TreeMap<>(
          Map.ofEntries(
              type("conv", List.of("filters", "kernel"), "stride", "padding", "activation"),
              type("max-pool", List.of(), "size", "stride"),
              type("average-pool", List.of(), "size", "stride"),
              type("embedding", List.of("output-dim"), "trainable"),
              type("lstm", List.of("units"), "return-sequences", "activation"),
              type("simple-rnn", List.of("units"), "return-sequences", "activation"),
              type("bidirectional", List.of("layer"), "merge"),
              type("conv1d", List.of("filters", "kernel"), "stride", "padding", "activation"),
              type("max-pool-1d", List.of(), "size", "stride"),
              type("average-pool-1d", List.of(), "size", "stride"),
              type("self-attention", List.of("units"), "heads"),
              type("last-step", List.of()),
              type("global-max-pool", List.of()),
              type("global-average-pool", List.of()),
              type("dense", List.of("units"), "activation"),
              type("dropout", List.of("rate")),
              type("batch-norm", List.of())));

  public LayerSpec {
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  private static Map.Entry<String, List<List<String>>> type(
      String name, List<String> required, String... optional) {
    return Map.entry(name, List.of(required, List.of(optional)));
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
    if (isPositive(value)) {
      return ((Number) value).intValue();
    }
    throw wrong(key, value, "a whole number of at least 1");
  }

  /** Whole numbers of at least 1, one or a list of them. */
  List<Integer> positives(String key) {
    Object value = settings.get(key);
    List<Integer> numbers = new ArrayList<>();
    for (Object element : value instanceof List<?> list ? list : List.of(value)) {
      if (!isPositive(element)) {
        throw wrong(key, value, "a whole number of at least 1, or a list of such");
      }
      numbers.add(((Number) element).intValue());
    }
    if (numbers.isEmpty()) {
      throw wrong(key, value, "a whole number of at least 1, or a list of such");
    }
    return numbers;
  }

  private static boolean isPositive(Object value) {
    return value instanceof Number number
        && number.doubleValue() == number.intValue()
        && number.intValue() >= 1;
  }

  /** True or false. */
  boolean flag(String key, boolean otherwise) {
    Object value = settings.getOrDefault(key, otherwise);
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrong(key, value, "true or false");
  }

  /** A layer within this one. */
  LayerSpec layer(String key) {
    if (settings.get(key) instanceof Map<?, ?> keys) {
      Map<String, Object> named = new TreeMap<>();
      keys.forEach((name, value) -> named.put(String.valueOf(name), value));
      return of(named);
    }
    throw wrong(key, settings.get(key), "a layer such as {type = lstm, units = 64}");
  }

  /** The same layer with another value of a setting. */
  LayerSpec with(String key, Object value) {
    Map<String, Object> changed = new TreeMap<>(settings);
    changed.put(key, value);
    return new LayerSpec(type, changed);
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

  KindlingException wrong(String key, Object value, String wanted) {
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
