/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.kindling.model.RoundLedger;
import org.junit.jupiter.api.Test;

class AveragingVerdictTest {
  /** 100 minibatches a worker, 20 rounds an epoch. */
  private static final TrainingPlan PLAN = new TrainingPlan(12800, 0, 0, 2, 64, 5, 1, 20, 200);

  @Test
  void aTenthOfTheTimeIsNoMatter() {
    assertNull(AveragingVerdict.of(ledger(10, 9), PLAN));
  }

  @Test
  void whereLongerRoundsWouldDoTheirLengthIsNamed() {
    // 0.1 s a round beyond fitting, 0.04 s a minibatch: 0.9 s of fitting make 23 of them.
    assertEquals(
        "averaging took 33% of the rounds' time: an averaging frequency of 23 instead of 5 would make it a tenth",
        AveragingVerdict.of(ledger(6, 4), PLAN));
  }

  @Test
  void whereAnEpochIsTooShortFewerWorkersAreNamed() {
    assertEquals(
        "averaging took 50% of the rounds' time, and once an epoch is too often for these workers: fewer workers, or more data, would pay",
        AveragingVerdict.of(ledger(8, 4), new TrainingPlan(640, 0, 0, 2, 64, 5, 20, 1, 10)));
  }

  @Test
  void whereOneWorkerWouldBeFasterItIsSaid() {
    assertEquals(
        "averaging took 75% of the rounds' time: one worker would be 2.0 times as fast",
        AveragingVerdict.of(ledger(8, 2), PLAN));
  }

  @Test
  void oneWorkerHasNothingToGain() {
    assertNull(
        AveragingVerdict.of(ledger(8, 2), new TrainingPlan(12800, 0, 0, 1, 64, 5, 1, 40, 200)));
  }

  private static RoundLedger ledger(double total, double fit) {
    return new RoundLedger(20, total, total - fit, 0, 0, fit, 0, 0, 0, 0);
  }
}
