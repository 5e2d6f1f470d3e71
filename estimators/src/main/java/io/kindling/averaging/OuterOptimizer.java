/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import java.io.Serializable;

/**
 * What becomes of the averaged change of a round. With a learning rate of 1 and no momentum the new
 * parameters are the plain average (McDonald et al. 2010); with momentum they take a Nesterov step
 * along the change, as in DiLoCo (Douillard et al. 2023), so that rounds may be long.
 *
 * @param learningRate the share of the change that is taken, above 0
 * @param momentum the share of the last round's step that is kept, at least 0, less than 1
 */
public record OuterOptimizer(double learningRate, double momentum) implements Serializable {
  /** The plain average. */
  public static final OuterOptimizer AVERAGE = new OuterOptimizer(1, 0);

  /** Whether the result is the average itself. */
  boolean isAverage() {
    return learningRate == 1 && momentum == 0;
  }

  /** The new momentum of one parameter. */
  float momentum(float before, double change) {
    return (float) (momentum * before + change);
  }

  /** The new value of one parameter, with its new momentum. */
  float step(float before, double change, float newMomentum) {
    return (float) (before + learningRate * (change + momentum * newMomentum));
  }
}
