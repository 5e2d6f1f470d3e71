/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/** Activations by Keras' names. */
final class Activations {
  static final Map<String, IActivation> BY_NAME =
      new TreeMap<>(
          Map.ofEntries(
              entry("linear", Activation.IDENTITY),
              entry("relu", Activation.RELU),
              entry("relu6", Activation.RELU6),
              // As steep as Keras' layer LeakyReLU; DL4J's is 0.01.
              Map.entry("leaky-relu", new ActivationLReLU(0.3)),
              entry("elu", Activation.ELU),
              entry("selu", Activation.SELU),
              // DL4J's "precise" one cubes the factor 0.044715, too, and is off by more than this.
              entry("gelu", Activation.GELU),
              entry("swish", Activation.SWISH),
              entry("tanh", Activation.TANH),
              entry("sigmoid", Activation.SIGMOID),
              entry("hard-sigmoid", Activation.HARDSIGMOID),
              entry("softplus", Activation.SOFTPLUS),
              entry("softsign", Activation.SOFTSIGN),
              entry("softmax", Activation.SOFTMAX)));

  private static final IActivation LINEAR = BY_NAME.get("linear");
  private static final String ACTIVATION = "activation";

  private Activations() {}

  private static Map.Entry<String, IActivation> entry(String name, Activation activation) {
    return Map.entry(name, activation.getActivationFunction());
  }

  /** A layer's activation; linear where none is set, as in Keras. */
  static IActivation of(LayerSettings layer) {
    return of(layer, ACTIVATION, LINEAR);
  }

  /** Likewise of images or steps, where DL4J's softmax would not go over the channels or units. */
  static IActivation ofEach(LayerSettings layer) {
    return ofEach(layer, ACTIVATION, LINEAR);
  }

  static IActivation ofEach(LayerSettings layer, String key, IActivation otherwise) {
    IActivation activation = of(layer, key, otherwise);
    if (activation instanceof ActivationSoftmax) {
      throw layer.error(
          "has %s = softmax, which goes over rows of values only; set another, such as relu or tanh"
              .formatted(key));
    }
    return activation;
  }

  private static IActivation of(LayerSettings layer, String key, IActivation otherwise) {
    return layer.named(key, BY_NAME, otherwise);
  }
}
