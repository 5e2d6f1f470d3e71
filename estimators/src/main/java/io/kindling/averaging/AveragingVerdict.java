/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.model.RoundLedger;
import java.util.Locale;

/** What a ledger says about the settings, in one line. */
final class AveragingVerdict {
  /** What averaging may cost of a round. */
  private static final double TOLERABLE = 0.1;

  private AveragingVerdict() {}

  /** Which settings would pay, or null where averaging costs a tenth of the time or less. */
  static String of(RoundLedger ledger, TrainingPlan plan) {
    double share = ledger.overhead();
    if (plan.workers() == 1 || !(share > TOLERABLE)) {
      return null;
    }
    String cost =
        String.format(Locale.ROOT, "averaging took %.0f%% of the rounds' time", 100 * share);
    double speedup = plan.workers() * (1 - share);
    if (speedup < 1) {
      return String.format(
          Locale.ROOT, "%s: one worker would be %.1f times as fast", cost, 1 / speedup);
    }
    long perWorker = -Math.floorDiv(-plan.minibatchesPerEpoch(), plan.workers());
    double minibatches = (double) perWorker * ledger.rounds() / plan.roundsPerEpoch();
    double minibatch = ledger.fit() / minibatches;
    double overhead = (ledger.total() - ledger.fit()) / ledger.rounds();
    long enough = (long) Math.ceil(overhead * (1 - TOLERABLE) / TOLERABLE / minibatch);
    return enough <= perWorker
        ? "%s: an averaging frequency of %d instead of %d would make it a tenth"
            .formatted(cost, enough, plan.averagingFrequency())
        : "%s, and once an epoch is too often for these workers: fewer workers, or more data, would pay"
            .formatted(cost);
  }
}
