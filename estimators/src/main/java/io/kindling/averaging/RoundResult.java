/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import java.io.Serializable;

/** What one replica brings back from a round; a class for the reason {@link TrainingState} is. */
final class RoundResult implements Serializable {
  private static final long serialVersionUID = 1L;

  final TrainingState state;
  final long examples;
  final int minibatches;
  final double lossSum;
  final long fingerprint;

  /**
   * @param state where the replica ended; null if it had nothing to train on in this round
   * @param examples how many it trained on
   * @param lossSum the minibatches' mean losses, each times its examples
   * @param fingerprint of the shard that it trained on
   */
  RoundResult(
      TrainingState state, long examples, int minibatches, double lossSum, long fingerprint) {
    this.state = state;
    this.examples = examples;
    this.minibatches = minibatches;
    this.lossSum = lossSum;
    this.fingerprint = fingerprint;
  }
}
