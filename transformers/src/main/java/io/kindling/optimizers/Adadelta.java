/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.optimizers;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * AdaDelta (Zeiler 2012) with Keras' learning rate, by which each step is multiplied; 1 is the
 * paper's. DL4J's has none, so no schedule either.
 */
public final class Adadelta extends RatedUpdater {
  private static final long serialVersionUID = 1L;

  private final double rho;
  private final double epsilon;

  /** For DL4J's JSON, which fills in the fields. */
  Adadelta() {
    this(0, 0, 0);
  }

  /**
   * @param rho the share of both running means that is kept, at least 0, less than 1
   * @param epsilon added to both means before their roots are taken
   */
  public Adadelta(double learningRate, double rho, double epsilon) {
    super(learningRate);
    this.rho = rho;
    this.epsilon = epsilon;
  }

  @Override
  int arrays() {
    return 2;
  }

  @Override
  double initialState() {
    return 0;
  }

  @Override
  void step(INDArray gradient, List<INDArray> state, double rate, int iteration) {
    INDArray gradients = state.get(0);
    INDArray steps = state.get(1);
    gradients.muli(rho).addi(gradient.mul(gradient).muli(1 - rho));
    gradient
        .muli(Transforms.sqrt(steps.add(epsilon), false))
        .divi(Transforms.sqrt(gradients.add(epsilon), false));
    steps.muli(rho).addi(gradient.mul(gradient).muli(1 - rho));
    gradient.muli(rate);
  }

  @Override
  List<Double> settings() {
    return List.of(rho, epsilon);
  }

  @Override
  Adadelta fresh() {
    return new Adadelta(0, rho, epsilon);
  }
}
