/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Keys {@code network.*}: at most one of name, layers and json is not null.
 *
 * @param name a network that Kindling knows
 * @param layers each its type, or a map of its type to its settings
 * @param json a local file with a Deeplearning4j configuration
 * @param embeddingFile word vectors that its embedding starts with; null for random ones
 */
public record NetworkConf(String name, List<Object> layers, String json, String embeddingFile) {
  static NetworkConf of(Settings settings) {
    NetworkConf network =
        new NetworkConf(
            settings.optionalText("network.name"),
            settings.optionalList("network.layers"),
            settings.optionalText("network.json"),
            settings.optionalText("network.embedding-file"));
    List<String> set =
        Stream.of(
                network.name == null ? null : "network.name",
                network.layers == null ? null : "network.layers",
                network.json == null ? null : "network.json")
            .filter(Objects::nonNull)
            .toList();
    if (set.size() > 1) {
      throw new ConfigurationException(
          String.format(
              "Cannot read the configuration: %s (%s) and %s (%s) are both set; unset one of them,"
                  + " for example with --set %s=null",
              set.get(0),
              settings.where(set.get(0)),
              set.get(1),
              settings.where(set.get(1)),
              set.get(1)));
    }
    return network;
  }
}
