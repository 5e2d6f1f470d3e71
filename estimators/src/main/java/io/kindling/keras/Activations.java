/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Keras's activations by our names. */
final class Activations {
  private static final List<String> KNOWN =
      List.of(
          "linear",
          "relu",
          "relu6",
          "elu",
          "selu",
          "swish",
          "tanh",
          "sigmoid",
          "hard_sigmoid",
          "softplus",
          "softsign",
          "softmax");

  private Activations() {}

  /**
   * @param activation as a description of Keras has it
   * @throws LayerProblem if it is none of ours
   */
  static String named(JsonNode activation) {
    String name = activation.isTextual() ? activation.asText() : activation.toString();
    if (name.equals("silu")) {
      name = "swish";
    }
    if (!KNOWN.contains(name)) {
      throw new LayerProblem(
          "has the activation %s; those that can be imported are %s"
              .formatted(name, String.join(", ", KNOWN)));
    }
    return LayerSource.kebab(name);
  }
}
