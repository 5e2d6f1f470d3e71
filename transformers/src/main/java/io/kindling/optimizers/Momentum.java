/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.optimizers;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Gradient descent with a heavy ball (Polyak 1964), Keras' {@code SGD(momentum=...)}: {@code v =
 * momentum v + rate g}, and v is subtracted. DL4J has Nesterov's form only.
 */
public final class Momentum extends RatedUpdater {
  private static final long serialVersionUID = 1L;

  private final double momentum;

  /** For DL4J's JSON, which fills in the fields. */
  Momentum() {
    this(0, 0);
  }

  /**
   * @param momentum the share of the last step that is kept, at least 0, less than 1
   */
  public Momentum(double learningRate, double momentum) {
    super(learningRate);
    this.momentum = momentum;
  }

  @Override
  int arrays() {
    return 1;
  }

  @Override
  double initialState() {
    return 0;
  }

  @Override
  void step(INDArray gradient, List<INDArray> state, double rate, int iteration) {
    INDArray velocity = state.get(0);
    velocity.muli(momentum).addi(gradient.muli(rate));
    gradient.assign(velocity);
  }

  @Override
  List<Double> settings() {
    return List.of(momentum);
  }

  @Override
  Momentum fresh() {
    return new Momentum(0, momentum);
  }
}
