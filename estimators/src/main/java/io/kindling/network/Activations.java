/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.activations.Activation;

/** Activations by Keras' names. */
final class Activations {
  static final Map<String, Activation> BY_NAME =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("linear", Activation.IDENTITY),
              Map.entry("relu", Activation.RELU),
              Map.entry("relu6", Activation.RELU6),
              Map.entry("leaky-relu", Activation.LEAKYRELU),
              Map.entry("elu", Activation.ELU),
              Map.entry("selu", Activation.SELU),
              Map.entry("gelu", Activation.GELU),
              Map.entry("swish", Activation.SWISH),
              Map.entry("tanh", Activation.TANH),
              Map.entry("sigmoid", Activation.SIGMOID),
              Map.entry("hard-sigmoid", Activation.HARDSIGMOID),
              Map.entry("softplus", Activation.SOFTPLUS),
              Map.entry("softsign", Activation.SOFTSIGN),
              Map.entry("softmax", Activation.SOFTMAX)));

  private static final String ACTIVATION = "activation";

  private Activations() {}

  /** A layer's activation; linear where none is set, as in Keras. */
  static Activation of(LayerSettings layer) {
    return of(layer, ACTIVATION, Activation.IDENTITY);
  }

  /** Likewise of images or steps, where DL4J's softmax would not go over the channels or units. */
  static Activation ofEach(LayerSettings layer) {
    return ofEach(layer, ACTIVATION, Activation.IDENTITY);
  }

  static Activation ofEach(LayerSettings layer, String key, Activation otherwise) {
    Activation activation = of(layer, key, otherwise);
    if (activation == Activation.SOFTMAX) {
      throw layer.error(
          "has %s = softmax, which goes over rows of values only; set another, such as relu or tanh"
              .formatted(key));
    }
    return activation;
  }

  private static Activation of(LayerSettings layer, String key, Activation otherwise) {
    return layer.named(key, BY_NAME, otherwise);
  }
}
