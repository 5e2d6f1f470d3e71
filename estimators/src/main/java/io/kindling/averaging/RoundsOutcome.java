/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.model.RoundLedger;
import java.util.List;

/**
 * What some rounds gave.
 *
 * @param state the average after the last of them
 * @param rounds each, in order; the last is the one with a loss that is no number where there is
 *     such a round
 */
record RoundsOutcome(TrainingState state, List<Round> rounds) {
  /**
   * One round.
   *
   * @param workers their reports, in order
   * @param ledger where its time went
   */
  record Round(List<WorkerReport> workers, RoundLedger ledger) {}
}
