/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import java.util.Map;
import java.util.TreeMap;

/**
 * One layer of Keras as one of ours.
 *
 * @param type of {@code io.kindling.network.LayerTypes}; null where a layer changes nothing
 * @param settings of such a layer
 * @param out what it gives
 * @param weights by the names of Deeplearning4j's parameters, row by row; empty for none
 * @param backward those of the second direction; null where there is none
 */
record Imported(
    String type,
    Map<String, Object> settings,
    Values out,
    Map<String, float[]> weights,
    Map<String, float[]> backward) {

  /** A layer without weights. */
  static Imported plain(String type, Map<String, Object> settings, Values out) {
    return new Imported(type, settings, out, Map.of(), null);
  }

  static Imported weighted(
      String type, Map<String, Object> settings, Values out, Map<String, float[]> weights) {
    return new Imported(type, settings, out, new TreeMap<>(weights), null);
  }

  /** A layer that changes nothing. */
  static Imported nothing(Values out) {
    return new Imported(null, Map.of(), out, Map.of(), null);
  }
}
