/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.optimizers;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * AdaGrad (Duchi, Hazan and Singer 2011) as Keras has it: squares are summed from 0.1 on. DL4J's
 * starts with 1e-6 whatever is set, so that first steps are of the size of the rate whatever the
 * gradient, and loses its schedule when its configuration is copied.
 */
public final class Adagrad extends RatedUpdater {
  private static final long serialVersionUID = 1L;

  private final double initialAccumulator;
  private final double epsilon;

  /** For DL4J's JSON, which fills in the fields. */
  Adagrad() {
    this(0, 0, 0);
  }

  /**
   * @param initialAccumulator what the sum of squares begins with
   * @param epsilon added to the sum before its root is taken
   */
  public Adagrad(double learningRate, double initialAccumulator, double epsilon) {
    super(learningRate);
    this.initialAccumulator = initialAccumulator;
    this.epsilon = epsilon;
  }

  @Override
  int arrays() {
    return 1;
  }

  @Override
  double initialState() {
    return initialAccumulator;
  }

  @Override
  void step(INDArray gradient, List<INDArray> state, double rate, int iteration) {
    INDArray squares = state.get(0);
    squares.addi(gradient.mul(gradient));
    gradient.muli(rate).divi(Transforms.sqrt(squares.add(epsilon), false));
  }

  @Override
  List<Double> settings() {
    return List.of(initialAccumulator, epsilon);
  }

  @Override
  Adagrad fresh() {
    return new Adagrad(0, initialAccumulator, epsilon);
  }
}
