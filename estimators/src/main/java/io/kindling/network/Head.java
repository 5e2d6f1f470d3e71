/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.model.NumberTarget;
import io.kindling.model.Target;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * A network's output layer.
 *
 * @param units how many outputs it has
 * @param activation what makes outputs of them
 * @param loss what training makes small
 */
public record Head(int units, Activation activation, ILossFunction loss) {
  /** Probabilities of classes, with cross-entropy. */
  public static Head softmax(int classes) {
    return new Head(classes, Activation.SOFTMAX, new LossMCXENT());
  }

  /** What a target asks for. */
  public static Head of(Target target) {
    return target instanceof NumberTarget number
        ? new Head(1, Activation.IDENTITY, number.loss().function())
        : softmax(target.units());
  }
}
