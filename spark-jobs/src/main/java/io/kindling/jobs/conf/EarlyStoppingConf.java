/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import io.kindling.averaging.EarlyStopping;

/**
 * Keys {@code training.early-stopping.*}.
 *
 * @param patience epochs; 0 for no early stopping
 * @param metric null for loss
 */
public record EarlyStoppingConf(int patience, double minDelta, String metric) {
  static EarlyStoppingConf of(Settings settings) {
    return new EarlyStoppingConf(
        settings.integer("training.early-stopping.patience", 0, Integer.MAX_VALUE),
        settings.number("training.early-stopping.min-delta", 0, 1e9),
        settings.optionalChoice(
            "training.early-stopping.metric",
            settings.text("training.task").equals("regression")
                ? EarlyStopping.OF_NUMBERS
                : EarlyStopping.OF_CLASSES));
  }
}
