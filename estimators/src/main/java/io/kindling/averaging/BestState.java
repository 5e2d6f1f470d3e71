/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.model.EpochSummary;

/**
 * The best epoch of a training so far, and the state that it ended with.
 *
 * @param epoch from 1
 * @param value by which it was judged
 * @param waited epochs since
 */
record BestState(int epoch, double value, int waited, TrainingState state) {
  /**
   * The best after one more epoch.
   *
   * @param before the best until then; null where it is the first
   */
  static BestState after(
      EarlyStopping rule, BestState before, EpochSummary epoch, TrainingState state) {
    double value = rule.value(epoch);
    if (before == null || Double.isNaN(before.value) || rule.better(value, before.value)) {
      return new BestState(epoch.epoch(), value, 0, state);
    }
    return new BestState(before.epoch, before.value, before.waited + 1, before.state);
  }
}
