/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.checkpoint.RunningEpoch;
import io.kindling.model.RoundLedger;

/** What the rounds of an epoch add up to so far. */
final class EpochTally {
  private long examples;
  private long minibatches;
  private double lossSum;
  private RoundLedger ledger = RoundLedger.EMPTY;

  /** Of an epoch that has not begun. */
  EpochTally() {}

  /** Of one that a checkpoint tells of. */
  EpochTally(RunningEpoch running) {
    examples = running.examples();
    minibatches = running.minibatches();
    lossSum = running.lossSum();
    ledger = running.ledger();
  }

  /** For a checkpoint. */
  RunningEpoch running() {
    return new RunningEpoch(examples, minibatches, lossSum, ledger);
  }

  void add(RoundsOutcome.Round round) {
    for (WorkerReport worker : round.workers()) {
      examples += worker.examples;
      minibatches += worker.minibatches;
      lossSum += worker.lossSum;
    }
    ledger = ledger.plus(round.ledger());
  }

  /** Examples that the replicas trained on. */
  long examples() {
    return examples;
  }

  long minibatches() {
    return minibatches;
  }

  /** Mean loss of the examples, as the replicas met them. */
  double loss() {
    return lossSum / examples;
  }

  /** Where the time went. */
  RoundLedger ledger() {
    return ledger;
  }

  /** Time spent in rounds. */
  double seconds() {
    return ledger.total();
  }
}
