/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.data.KindlingException;
import io.kindling.data.Nearest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The types of layers that a definition may name. */
public final class LayerTypes {
  private static final Map<String, LayerType> TYPES = new TreeMap<>();

  static {
    TYPES.putAll(DenseTypes.ALL);
    TYPES.putAll(ConvolutionTypes.ALL);
    TYPES.putAll(PoolingTypes.ALL);
    TYPES.putAll(ImageShapeTypes.ALL);
    TYPES.putAll(RecurrentTypes.ALL);
    TYPES.putAll(JoiningTypes.ALL);
  }

  private LayerTypes() {}

  /** Their names. */
  public static List<String> names() {
    return List.copyOf(TYPES.keySet());
  }

  /** The type of a layer that was checked. */
  static LayerType of(LayerSpec spec) {
    return TYPES.get(spec.type());
  }

  /**
   * Checks a layer's type and the names of its settings.
   *
   * @param place of the layer, from 1 on
   * @throws KindlingException naming what is unknown with the nearest known, or what is missing
   */
  static void check(LayerSpec spec, int place) {
    LayerType type = TYPES.get(spec.type());
    if (type == null) {
      throw new KindlingException(
          "Cannot build the network: layer %d is of type '%s', which there is not; the nearest is '%s', all are %s"
              .formatted(
                  place,
                  spec.type(),
                  Nearest.of(spec.type(), TYPES.keySet()),
                  String.join(", ", TYPES.keySet())));
    }
    String layer = LayerSettings.described(spec, place);
    TreeSet<String> known = new TreeSet<>(type.required().keySet());
    known.addAll(type.optional());
    for (String key : spec.settings().keySet()) {
      if (!known.contains(key)) {
        throw new KindlingException(
            "Cannot build the network: %s has no setting '%s'; it has %s"
                .formatted(
                    layer,
                    key,
                    known.isEmpty() ? "none" : "%s".formatted(String.join(", ", known))));
      }
    }
    for (String key : type.required().keySet()) {
      if (!spec.settings().containsKey(key)) {
        throw new KindlingException(
            "Cannot build the network: %s needs its setting '%s', such as {%s {%s}}"
                .formatted(layer, key, spec.type(), type.example()));
      }
    }
  }
}
