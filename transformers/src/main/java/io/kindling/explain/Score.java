/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import io.kindling.model.ClassTarget;
import io.kindling.model.NumberTarget;
import io.kindling.model.Softmax;
import io.kindling.model.Target;

/**
 * The one number that is explained, a linear function of the network's outputs: a class's logit, or
 * the number that a regression predicts.
 *
 * @param target the class's index; -1 of a regression
 * @param weights of the outputs
 * @param offset added
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read only
record Score(int target, double[] weights, double offset) {
  static final int NONE = -1;

  /**
   * The score of an example.
   *
   * @param outputs the network's for it, logits
   * @param chosen the class to explain; {@link #NONE} for the one predicted
   */
  static Score of(Target target, double[] outputs, int chosen) {
    double[] weights = new double[outputs.length];
    if (target instanceof NumberTarget number) {
      weights[0] = number.decode(1) - number.decode(0);
      return new Score(NONE, weights, number.decode(0));
    }
    ClassTarget classes = (ClassTarget) target;
    int index = chosen == NONE ? Softmax.argmax(classes.raw(outputs)) : chosen;
    // The logits are linear in the outputs: of one unit z they are -z and z.
    for (int unit = 0; unit < weights.length; unit++) {
      double[] one = new double[outputs.length];
      one[unit] = 1;
      weights[unit] = classes.raw(one)[index];
    }
    return new Score(index, weights, 0);
  }

  /** The score where the network gives these outputs. */
  double value(double[] outputs) {
    double value = offset;
    for (int unit = 0; unit < weights.length; unit++) {
      value += weights[unit] * outputs[unit];
    }
    return value;
  }

  /** Its gradient by the outputs of each of so many examples, {@code [examples, units]}. */
  float[] gradient(int examples) {
    float[] gradient = new float[examples * weights.length];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = (float) weights[i % weights.length];
    }
    return gradient;
  }
}
