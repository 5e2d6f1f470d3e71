/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Keys {@code network.*}: at most one of name, layers, json and model is not null, but for layers,
 * which may be added to a model.
 *
 * @param name a network that Kindling knows
 * @param layers each its type, or a map of its type to its settings
 * @param json a local file with a Deeplearning4j configuration
 * @param embeddingFile word vectors that its embedding starts with; null for random ones
 * @param model a trained network to start from; null for none, and then the next three are, too
 * @param freezeUpTo the layer of it up to which it stays as it is; null for none
 * @param cutBehind the layer of it behind which all is removed; null for the usual one
 * @param newHead whether it gets a new output layer; null where that follows
 */
public record NetworkConf(
    String name,
    List<Object> layers,
    String json,
    String embeddingFile,
    String model,
    String freezeUpTo,
    String cutBehind,
    Boolean newHead) {
  static NetworkConf of(Settings settings) {
    NetworkConf network =
        new NetworkConf(
            settings.optionalText("network.name"),
            settings.optionalList("network.layers"),
            settings.optionalText("network.json"),
            settings.optionalText("network.embedding-file"),
            settings.optionalText("network.model"),
            settings.optionalText("network.freeze-up-to"),
            settings.optionalText("network.cut-behind"),
            settings.optionalFlag("network.new-head"));
    List<String> set =
        Stream.of(
                network.name == null ? null : "network.name",
                network.layers == null || network.model != null ? null : "network.layers",
                network.json == null ? null : "network.json",
                network.model == null ? null : "network.model")
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
    if (network.model == null) {
      settings.refuseWithout("network.model", "network.freeze-up-to", network.freezeUpTo);
      settings.refuseWithout("network.model", "network.cut-behind", network.cutBehind);
      settings.refuseWithout("network.model", "network.new-head", network.newHead);
    }
    return network;
  }

  /** Whether one is chosen. */
  public boolean isSet() {
    return name != null || layers != null || json != null || model != null;
  }
}
