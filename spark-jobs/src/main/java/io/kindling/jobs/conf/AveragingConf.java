/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import io.kindling.estimators.AveragingParams;

/** Keys {@code training.outer-*}, {@code training.transport} and {@code training.rounds}. */
public record AveragingConf(
    String outerOptimizer,
    double outerLearningRate,
    double outerMomentum,
    String transport,
    String rounds) {
  static AveragingConf of(Settings settings) {
    return new AveragingConf(
        settings.choice("training.outer-optimizer", AveragingParams.OUTER_OPTIMIZERS),
        settings.positive("training.outer-learning-rate", 10),
        settings.number("training.outer-momentum", 0, 0.999999),
        settings.choice("training.transport", AveragingParams.TRANSPORTS),
        settings.choice("training.rounds", AveragingParams.ROUNDS));
  }
}
