/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.dl4jspark;

import io.kindling.model.Network;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Tells a worker's network at which iteration its round begins. Deeplearning4j 1.0.0-M2.1's {@code
 * ComputationGraphConfiguration.clone()}, which dl4j-spark's workers start from, forgets it: Adam's
 * bias correction and learning-rate schedules would begin anew in every round ({@code
 * Dl4jSparkEngineTest} trains a graph).
 */
final class RoundPosition implements TrainingHook {
  private static final long serialVersionUID = 1L;

  private final int iterations;
  private final int epoch;
  private transient boolean told;

  /**
   * @param iterations optimizer steps before this round
   * @param epoch from 0
   */
  RoundPosition(int iterations, int epoch) {
    this.iterations = iterations;
    this.epoch = epoch;
  }

  @Override
  public void preUpdate(DataSet minibatch, Model model) {
    tell(model);
  }

  @Override
  public void preUpdate(MultiDataSet minibatch, Model model) {
    tell(model);
  }

  @Override
  public void postUpdate(DataSet minibatch, Model model) {}

  @Override
  public void postUpdate(MultiDataSet minibatch, Model model) {}

  private void tell(Model model) {
    if (!told) {
      Network.of((NeuralNetwork) model).setPosition(iterations, epoch);
      told = true;
    }
  }
}
