/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import io.kindling.input.InputSpec;
import io.kindling.model.Target;
import io.kindling.network.LayerSpec;
import java.util.List;
import java.util.Map;

/**
 * A network of Keras in our words.
 *
 * @param input what it takes
 * @param layers without the output layer
 * @param target what it predicts, from which the output layer follows
 * @param weights by the names of {@code layers}, and {@link #OUTPUT} for the output layer
 */
record KerasNetwork(
    InputSpec input, List<LayerSpec> layers, Target target, Map<String, Imported> weights) {
  /** As {@code NetworkBuilder} names the output layer. */
  static final String OUTPUT = "output";

  /** As {@code NetworkBuilder} names the input. */
  static final String INPUT = "input";
}
