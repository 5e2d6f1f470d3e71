/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import io.kindling.network.ScheduleSpec;

/**
 * Keys {@code training.schedule.*}; what is null keeps its default.
 *
 * @param type null for constant
 * @param decayEpochs null for one, or for all after the warm-up
 */
public record ScheduleConf(
    String type,
    Double decayEpochs,
    Double decayRate,
    Double endRate,
    Double power,
    Double alpha,
    Double warmupEpochs,
    Integer warmupIterations) {
  private static final double MOST_EPOCHS = 1e6;

  static ScheduleConf of(Settings settings) {
    return new ScheduleConf(
        settings.optionalChoice("training.schedule.type", ScheduleSpec.NAMES),
        settings.optionalPositive("training.schedule.decay-epochs", MOST_EPOCHS),
        settings.optionalPositive("training.schedule.decay-rate", 10),
        settings.optionalNumber("training.schedule.end-rate", 0, 10),
        settings.optionalPositive("training.schedule.power", 100),
        settings.optionalNumber("training.schedule.alpha", 0, 1),
        settings.optionalNumber("training.schedule.warmup-epochs", 0, MOST_EPOCHS),
        settings.optionalInteger("training.schedule.warmup-iterations", 0, Integer.MAX_VALUE));
  }
}
