/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.optimizers;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Adam with Nesterov's momentum (Dozat 2016) as Keras has it: momentum grows from half of beta1 to
 * beta1 by {@code 0.96^t}, within some hundred steps. DL4J's does not correct the mean of squares
 * for its start from 0, so that its first step is sixty times the learning rate.
 */
public final class Nadam extends RatedUpdater {
  private static final long serialVersionUID = 1L;

  private static final double DECAY = 0.96;

  /** The product of so many momenta is 0 to a float. */
  private static final int STEPS_OF_PRODUCT = 2000;

  private final double beta1;
  private final double beta2;
  private final double epsilon;

  /** For DL4J's JSON, which fills in the fields. */
  Nadam() {
    this(0, 0, 0, 0);
  }

  /**
   * @param beta1 the share of the gradients' running mean that is kept, at least 0, less than 1
   * @param beta2 likewise of their squares'
   * @param epsilon added to the root of the mean of squares
   */
  public Nadam(double learningRate, double beta1, double beta2, double epsilon) {
    super(learningRate);
    this.beta1 = beta1;
    this.beta2 = beta2;
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
    INDArray mean = state.get(0);
    INDArray squares = state.get(1);
    mean.muli(beta1).addi(gradient.mul(1 - beta1));
    squares.muli(beta2).addi(gradient.mul(gradient).muli(1 - beta2));
    int t = iteration + 1;
    double product = 1;
    for (int i = 1; i <= Math.min(t, STEPS_OF_PRODUCT); i++) {
      product *= momentum(i);
    }
    double ofMean = momentum(t + 1) / (1 - product * momentum(t + 1));
    double ofGradient = (1 - momentum(t)) / (1 - product);
    INDArray root = Transforms.sqrt(squares.div(1 - Math.pow(beta2, t)), false).addi(epsilon);
    gradient.muli(ofGradient).addi(mean.mul(ofMean)).muli(rate).divi(root);
  }

  private double momentum(int t) {
    return beta1 * (1 - 0.5 * Math.pow(DECAY, t));
  }

  @Override
  List<Double> settings() {
    return List.of(beta1, beta2, epsilon);
  }

  @Override
  Nadam fresh() {
    return new Nadam(0, beta1, beta2, epsilon);
  }
}
