/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.model.EpochSummary;

/** Hears of a training's progress, on the driver, in the thread that called {@code fit}. */
public interface TrainingListener {
  /** The shards stand and the first round is about to start. */
  default void onTrainingStart(TrainingPlan plan) {}

  /** The training goes on from a checkpoint, after {@link #onTrainingStart}. */
  default void onResume(Resumption resumption) {}

  /** A round is over and its replicas are averaged. */
  default void onRound(RoundProgress progress) {}

  /** An epoch is over and, where there is a validation set, validated. */
  default void onEpoch(EpochSummary epoch) {}
}
