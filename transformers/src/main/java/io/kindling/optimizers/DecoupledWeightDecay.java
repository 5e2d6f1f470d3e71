/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.optimizers;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Weight decay apart from the loss (Loshchilov and Hutter 2019): each step also takes the learning
 * rate times the coefficient times the weight from each weight. As in Keras it adds nothing to the
 * loss.
 *
 * <p>DL4J's own {@code WeightDecay} adds half the squared norm to the loss, and one that is set for
 * a whole network is put into each layer twice, so that it decays twice as fast. Of the penalties
 * that are an {@code L2Regularization} DL4J puts in one, which is why this is one.
 */
public final class DecoupledWeightDecay extends L2Regularization {
  private static final long serialVersionUID = 1L;

  public DecoupledWeightDecay(double coefficient) {
    this(new FixedSchedule(coefficient));
  }

  DecoupledWeightDecay(@JsonProperty("l2") ISchedule coefficient) {
    super(coefficient);
  }

  @Override
  public ApplyStep applyStep() {
    return ApplyStep.POST_UPDATER;
  }

  @Override
  public void apply(INDArray param, INDArray step, double rate, int iteration, int epoch) {
    step.addi(param.mul(rate * l2.valueAt(iteration, epoch)).reshape(step.shape()));
  }

  @Override
  public double score(INDArray param, int iteration, int epoch) {
    return 0;
  }

  @Override
  public DecoupledWeightDecay clone() {
    return new DecoupledWeightDecay(l2.clone());
  }
}
