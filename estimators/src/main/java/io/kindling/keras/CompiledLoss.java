/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/**
 * The loss that a model was compiled with.
 *
 * @param name without underscores and in small letters, such as meansquarederror; empty where the
 *     file does not tell
 */
record CompiledLoss(String name) {
  static CompiledLoss of(JsonNode training) {
    JsonNode loss = training.path("loss");
    // One for each output.
    if (loss.isArray() && loss.size() == 1) {
      loss = loss.get(0);
    } else if (loss.isObject() && loss.size() == 1) {
      loss = loss.elements().next();
    }
    String name = loss.isTextual() ? loss.asText() : loss.path("class_name").asText();
    return new CompiledLoss(name.replace("_", "").toLowerCase(Locale.ROOT));
  }

  boolean isCrossEntropy() {
    return name.endsWith("crossentropy");
  }

  boolean isAbsolute() {
    return name.equals("mae") || name.equals("meanabsoluteerror");
  }

  /** Whether it compares numbers. */
  boolean isOfNumbers() {
    return !name.isEmpty() && !isCrossEntropy();
  }
}
