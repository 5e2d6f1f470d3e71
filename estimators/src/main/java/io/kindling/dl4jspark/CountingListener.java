/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.dl4jspark;

import java.io.Serializable;
import org.apache.spark.TaskContext;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/**
 * Travels with dl4j-spark's workers and counts the optimizer steps that they take: what was trained
 * on, rather than what was handed out to train on.
 */
final class CountingListener extends BaseTrainingListener implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final double NANOS = 1e9;

  private final RoundCount count;
  private transient long stepStart;

  CountingListener(RoundCount count) {
    this.count = count;
  }

  /** The next minibatch is assembled and goes to the network. */
  void onMinibatch() {
    stepStart = System.nanoTime();
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    count.add(
        new RoundCount.Minibatch(
            TaskContext.getPartitionId(),
            model.batchSize(),
            model.score(),
            (System.nanoTime() - stepStart) / NANOS));
  }
}
