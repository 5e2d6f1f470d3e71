/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import java.util.ArrayList;
import java.util.List;

/**
 * A type of layers.
 *
 * @param required settings that each must have
 * @param optional settings that it may have
 * @param example a value for the first of the required ones
 * @param joins whether it takes two or more inputs; else it takes one
 * @param maker makes a layer of it
 */
record LayerType(
    List<String> required, List<String> optional, String example, boolean joins, Maker maker) {
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
    required = List.copyOf(required);
    optional = List.copyOf(optional);
  }

  /** A type of one input, with optional settings. */
  static LayerType of(Simple maker, String... optional) {
    return new LayerType(
        List.of(), List.of(optional), "", false, (layer, in) -> maker.make(layer, in.get(0)));
  }

  /** A type of two or more inputs, without settings. */
  static LayerType joining(Maker maker) {
    return new LayerType(List.of(), List.of(), "", true, maker);
  }

  /** The same with a setting that it must have. */
  LayerType needing(String setting, String exampleValue) {
    List<String> more = new ArrayList<>(required);
    more.add(setting);
    return new LayerType(more, optional, required.isEmpty() ? exampleValue : example, joins, maker);
  }

  /** The same with more optional settings. */
  LayerType and(List<String> settings) {
    List<String> more = new ArrayList<>(optional);
    more.addAll(settings);
    return new LayerType(required, more, example, joins, maker);
  }
}
