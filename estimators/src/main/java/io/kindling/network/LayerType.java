/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A type of layers.
 *
 * @param required settings that each must have, with values to show
 * @param optional settings that it may have
 * @param joins whether it takes two or more inputs; else it takes one
 * @param maker makes a layer of it
 */
record LayerType(Map<String, String> required, List<String> optional, boolean joins, Maker maker) {
  /** Makes a layer. */
  @FunctionalInterface
  interface Maker {
    /**
     * Makes it.
     *
     * @param layer its settings
     * @param in what reaches it, alike where there are several inputs but for what the layer allows
     * @throws io.kindling.data.KindlingException if it does not take that, or a setting is wrong
     */
    Piece make(LayerSettings layer, List<Flow> in);
  }

  /** Makes a layer of one input. */
  @FunctionalInterface
  interface Simple {
    Piece make(LayerSettings layer, Flow in);
  }

  LayerType {
    required = Collections.unmodifiableMap(new TreeMap<>(required));
    optional = List.copyOf(optional);
  }

  /** A type of one input, with optional settings. */
  static LayerType of(Simple maker, String... optional) {
    return new LayerType(
        Map.of(), List.of(optional), false, (layer, in) -> maker.make(layer, in.get(0)));
  }

  /** A type of two or more inputs, without settings. */
  static LayerType joining(Maker maker) {
    return new LayerType(Map.of(), List.of(), true, maker);
  }

  /** The same with a setting that it must have. */
  LayerType needing(String setting, String exampleValue) {
    Map<String, String> more = new TreeMap<>(required);
    more.put(setting, exampleValue);
    return new LayerType(more, optional, joins, maker);
  }

  /** Its settings that must be there, as one writes them. */
  String example() {
    return required.entrySet().stream()
        .map(setting -> setting.getKey() + " = " + setting.getValue())
        .collect(Collectors.joining(", "));
  }

  /** The same with more optional settings. */
  LayerType and(List<String> settings) {
    List<String> more = new ArrayList<>(optional);
    more.addAll(settings);
    return new LayerType(required, more, joins, maker);
  }
}
