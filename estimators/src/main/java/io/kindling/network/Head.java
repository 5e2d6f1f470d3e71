/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.model.ClassTarget;
import io.kindling.model.KerasLoss;
import io.kindling.model.Loss;
import io.kindling.model.NumberTarget;
import io.kindling.model.Target;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * What a network ends in: a dense layer with a loss, which {@link NetworkBuilder} puts behind the
 * layers that a user gives.
 *
 * @param units its outputs: classes, or values to predict
 * @param activation what it does to them
 * @param loss what training makes small
 */
public record Head(int units, Activation activation, ILossFunction loss) {
  /** Softmax over classes with cross-entropy. */
  public static Head classifier(int classes) {
    return of(new ClassTarget(classes));
  }

  /** What a target asks for: of a number one linear unit. */
  public static Head of(Target target) {
    if (target instanceof NumberTarget number) {
      return new Head(1, Activation.IDENTITY, number.loss().function().getILossFunction());
    }
    Loss loss = ((ClassTarget) target).loss();
    return new Head(
        target.units(),
        loss.activation(),
        // Deeplearning4j's of this name is as Keras', and so stays.
        loss == Loss.CATEGORICAL_CROSSENTROPY
            ? loss.function().getILossFunction()
            : new KerasLoss(loss));
  }

  BaseOutputLayer layer() {
    return new OutputLayer.Builder(loss).nOut(units).activation(activation).build();
  }
}
