/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * One layer as Keras describes it.
 *
 * @param name unique in its network
 * @param type its class, such as {@code Conv2D}
 * @param config its arguments
 * @param inputs the names of the layers before it
 */
record KerasLayer(String name, String type, JsonNode config, List<String> inputs) {
  KerasLayer {
    inputs = List.copyOf(inputs);
  }

  /** An argument that is a text; the usual one where it is not given. */
  String text(String argument, String otherwise) {
    JsonNode value = config.path(argument);
    return value.isMissingNode() || value.isNull() ? otherwise : value.asText();
  }

  /** An argument that is true or false. */
  boolean flag(String argument, boolean otherwise) {
    return config.path(argument).asBoolean(otherwise);
  }

  /** An argument that is a whole number, 0 where it is not given. */
  int number(String argument) {
    return config.path(argument).asInt();
  }

  /** As messages name it. */
  @Override
  public String toString() {
    return name + " (" + type + ")";
  }
}
