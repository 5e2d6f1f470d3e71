/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.data.KindlingException;
import io.kindling.model.NetworkConfiguration;
import io.kindling.network.LayerSpec;
import io.kindling.network.NamedNetworks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The value of the {@code network} param: the name of a network, a JSON array of layers, or a DL4J
 * configuration of either kind as a JSON object.
 *
 * @param layers the layers, or null where a configuration is given
 * @param configuration the configuration, or null where layers are given
 */
record NetworkSource(List<LayerSpec> layers, NetworkConfiguration configuration) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @throws KindlingException if it is none of the three
   */
  static NetworkSource parse(String text) {
    String trimmed = text.strip();
    if (trimmed.startsWith("{")) {
      return new NetworkSource(null, NetworkConfiguration.parse(trimmed));
    }
    if (trimmed.startsWith("[")) {
      return new NetworkSource(layers(trimmed), null);
    }
    List<LayerSpec> named = NamedNetworks.layers(trimmed);
    if (named == null) {
      throw new KindlingException(
          "Cannot build the network: there is none named '%s'; there are %s"
              .formatted(trimmed, String.join(", ", NamedNetworks.names())));
    }
    return new NetworkSource(named, null);
  }

  /** Layers as the param's text. */
  static String toJson(List<LayerSpec> layers) {
    List<Map<String, Object>> maps = new ArrayList<>();
    for (LayerSpec layer : layers) {
      maps.add(layer.toMap());
    }
    try {
      return JSON.writeValueAsString(maps);
    } catch (JsonProcessingException e) {
      throw new KindlingException("Cannot build the network: " + e.getOriginalMessage(), e);
    }
  }

  private static List<LayerSpec> layers(String json) {
    List<Map<String, Object>> maps;
    try {
      maps = JSON.readValue(json, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new KindlingException(
          "Cannot build the network: the layers are no JSON array of objects: "
              + e.getOriginalMessage(),
          e);
    }
    return LayerSpec.listOf(maps);
  }
}
