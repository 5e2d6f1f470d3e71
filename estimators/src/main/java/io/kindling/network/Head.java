/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.model.NumberTarget;
import io.kindling.model.Target;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * What a network ends in: a dense layer with a loss, which {@link NetworkBuilder} puts behind the
 * layers that a user gives.
 *
 * @param units its outputs: classes, or values to predict
 * @param activation what it does to them
 * @param loss what training makes small
 */
public record Head(int units, Activation activation, LossFunction loss) {
  /** Softmax over classes with cross-entropy. */
  public static Head classifier(int classes) {
    return new Head(classes, Activation.SOFTMAX, LossFunction.MCXENT);
  }

  /** What a target asks for: of a number one linear unit. */
  public static Head of(Target target) {
    return target instanceof NumberTarget number
        ? new Head(1, Activation.IDENTITY, number.loss().function())
        : classifier(target.units());
  }

  BaseOutputLayer layer() {
    return new OutputLayer.Builder(loss).nOut(units).activation(activation).build();
  }
}
