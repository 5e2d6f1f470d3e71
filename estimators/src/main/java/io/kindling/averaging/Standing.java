/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.model.EpochSummary;
import io.kindling.model.RoundLedger;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a training stands between rounds: with the shards and the settings, all that its further
 * way depends on.
 *
 * @param epoch from 0
 * @param round the next one within the epoch, from 0
 * @param state what the next round starts from
 * @param tally of the epoch that has begun
 * @param trained examples, in the epochs that are over
 * @param ledger of those
 * @param history those
 * @param best of those; null without early stopping, and before the first is over
 */
record Standing(
    int epoch,
    int round,
    TrainingState state,
    EpochTally tally,
    long trained,
    RoundLedger ledger,
    List<EpochSummary> history,
    BestState best) {
  Standing {
    history = List.copyOf(history);
  }

  /** A training's beginning. */
  static Standing start(TrainingState initial) {
    return new Standing(0, 0, initial, new EpochTally(), 0, RoundLedger.EMPTY, List.of(), null);
  }

  /** After some rounds, which the tally has counted. */
  Standing before(int nextRound, TrainingState reached) {
    return new Standing(epoch, nextRound, reached, tally, trained, ledger, history, best);
  }

  /** After the epoch's last round and its validation. */
  Standing after(EpochSummary summary, BestState bestNow) {
    List<EpochSummary> longer = new ArrayList<>(history);
    longer.add(summary);
    return new Standing(
        epoch + 1,
        0,
        state,
        new EpochTally(),
        trained + tally.examples(),
        ledger.plus(tally.ledger()),
        longer,
        bestNow);
  }
}
