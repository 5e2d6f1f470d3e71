/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.data.KindlingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A layer's settings, read by kind; each error names the layer, its place and the setting.
 *
 * @param spec the layer
 * @param place of the layer, from 1 on
 * @param within the layer that this one is a part of; null for none
 */
record LayerSettings(LayerSpec spec, int place, String within) {
  LayerSettings(LayerSpec spec, int place) {
    this(spec, place, null);
  }

  /** {@code layer 3 (conv2d)}, or {@code layer 3 (conv2d 'name')}. */
  static String described(LayerSpec spec, int place) {
    return spec.name() == null
        ? "layer %d (%s)".formatted(place, spec.type())
        : "layer %d (%s '%s')".formatted(place, spec.type(), spec.name());
  }

  String described() {
    return within == null ? described(spec, place) : "%s of %s".formatted(spec.type(), within);
  }

  /** An error in this layer. */
  KindlingException error(String problem) {
    return new KindlingException("Cannot build the network: %s %s".formatted(described(), problem));
  }

  KindlingException wrong(String key, Object value, String wanted) {
    return new KindlingException(
        "Cannot build the network: '%s' of %s must be %s, not %s"
            .formatted(key, described(), wanted, value));
  }

  /**
   * Asks for a kind of input.
   *
   * @param wayOut what to do otherwise, with a comma or semicolon before; may be empty
   */
  void require(boolean fits, Flow found, Object wanted, String wayOut) {
    if (!fits) {
      throw error("takes %s, but %s reach it%s".formatted(wanted, found, wayOut));
    }
  }

  boolean has(String key) {
    return spec.settings().containsKey(key);
  }

  /** A whole number of at least 1; {@code otherwise} where it is not set. */
  int positive(String key, int otherwise) {
    return whole(key, otherwise, 1);
  }

  private int whole(String key, int otherwise, int least) {
    Object value = spec.settings().getOrDefault(key, otherwise);
    if (isWhole(value, least)) {
      return ((Number) value).intValue();
    }
    throw wrong(key, value, "a whole number of at least %d".formatted(least));
  }

  private static boolean isWhole(Object value, int least) {
    return value instanceof Number number
        && number.doubleValue() == number.intValue()
        && number.intValue() >= least;
  }

  /** A whole number of at least 1 for each dimension, given once for all or one by one. */
  int[] sizes(String key, int dimensions, int[] otherwise) {
    Object value = spec.settings().get(key);
    if (value == null) {
      return otherwise;
    }
    List<?> elements = value instanceof List<?> list ? list : List.of(value);
    if (!elements.stream().allMatch(element -> isWhole(element, 1))
        || (elements.size() != 1 && elements.size() != dimensions)) {
      throw wrong(
          key,
          value,
          dimensions == 1
              ? "a whole number of at least 1"
              : "a whole number of at least 1, or %d of them in brackets".formatted(dimensions));
    }
    int[] sizes = new int[dimensions];
    for (int i = 0; i < dimensions; i++) {
      sizes[i] = ((Number) elements.get(elements.size() == 1 ? 0 : i)).intValue();
    }
    return sizes;
  }

  /** One number for each dimension, -1 allowed once, as Keras gives shapes. */
  List<Integer> shape(String key) {
    Object value = spec.settings().get(key);
    List<Integer> shape = new ArrayList<>();
    for (Object element : value instanceof List<?> list ? list : List.of(value)) {
      if (!isWhole(element, 1) && !(isWhole(element, -1) && !isWhole(element, 0))) {
        throw wrong(key, value, "sizes such as [28, 28, 1], of which one may be -1");
      }
      shape.add(((Number) element).intValue());
    }
    return shape;
  }

  /**
   * Rows at the top, bottom, left and right of an image, written as Keras does: one number, {@code
   * [top and bottom, left and right]} or {@code [[top, bottom], [left, right]]}.
   */
  int[] borders(String key, int otherwise) {
    Object value = spec.settings().getOrDefault(key, otherwise);
    List<Object> sides = new ArrayList<>();
    for (Object side : value instanceof List<?> list ? list : List.of(value, value)) {
      sides.addAll(side instanceof List<?> both ? both : List.of(side, side));
    }
    if (sides.size() != 4 || !sides.stream().allMatch(side -> isWhole(side, 0))) {
      throw wrong(
          key,
          value,
          "a number of pixels, [top and bottom, left and right], or [[top, bottom], [left, right]]");
    }
    return sides.stream().mapToInt(side -> ((Number) side).intValue()).toArray();
  }

  /** True or false. */
  boolean flag(String key, boolean otherwise) {
    Object value = spec.settings().getOrDefault(key, otherwise);
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrong(key, value, "true or false");
  }

  /** A share of at least 0 and less than 1. */
  double share(String key) {
    Object value = spec.settings().get(key);
    if (value instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() < 1) {
      return number.doubleValue();
    }
    throw wrong(key, value, "at least 0 and less than 1");
  }

  /** A number above 0, and below a limit. */
  double number(String key, double otherwise, double below) {
    Object value = spec.settings().getOrDefault(key, otherwise);
    if (value instanceof Number number
        && number.doubleValue() > 0
        && number.doubleValue() < below) {
      return number.doubleValue();
    }
    throw wrong(key, value, "above 0 and below %s".formatted(below));
  }

  /** What a name stands for; {@code otherwise} where it is not set. */
  <T> T named(String key, Map<String, T> known, T otherwise) {
    Object value = spec.settings().get(key);
    if (value == null) {
      return otherwise;
    }
    T found = known.get(value.toString());
    if (found == null) {
      throw wrong(key, value, "one of " + String.join(", ", known.keySet()));
    }
    return found;
  }

  /** A layer within this one, such as that of bidirectional. */
  LayerSettings layer(String key) {
    Object value = spec.settings().get(key);
    if (!(value instanceof Map<?, ?> || value instanceof String)) {
      throw wrong(key, value, "a layer such as {lstm {units = 64}}");
    }
    LayerSpec inner = LayerSpec.of(value);
    LayerTypes.check(inner, place);
    return new LayerSettings(inner, place, described());
  }
}
