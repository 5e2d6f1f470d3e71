/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import java.io.Serializable;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a worker tells about its part of a round; seconds by its own clock. A class for the reason
 * {@link TrainingState} is.
 */
final class WorkerReport implements Serializable {
  private static final long serialVersionUID = 1L;

  final long examples;
  final int minibatches;
  final double lossSum;
  final long fingerprint;

  /** Reading the broadcast and filling the replica. */
  double load;

  /** Training steps. */
  double fit;

  /** Taking the state out of the replica and making it ready to travel. */
  double serialise;

  /** For the other workers. */
  double await;

  /** Fetching and averaging slices. */
  double reduce;

  /** Parameters and optimizer state that it sent, in bytes. */
  long sent;

  /** From the task's begin to its end, as far as it is for this round. */
  double task;

  /** The mean of what the workers of a round report. */
  static double mean(List<WorkerReport> workers, ToDoubleFunction<WorkerReport> value) {
    return workers.stream().mapToDouble(value).average().orElse(0);
  }

  WorkerReport(RoundResult result, long fingerprint) {
    this.examples = result.examples();
    this.minibatches = result.minibatches();
    this.lossSum = result.lossSum();
    this.fingerprint = fingerprint;
  }
}
