/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import java.util.Locale;
import java.util.Map;
import org.apache.spark.ml.param.Param;

/** An estimator's params as job files name them: a message that names both serves both users. */
final class JobKeys {
  /** Those of which the key is not the param's name with hyphens. */
  private static final Map<String, String> GROUPED =
      Map.ofEntries(
          Map.entry("validationFraction", "validation-share"),
          Map.entry("horizontalFlip", "augmentation.horizontal-flip"),
          Map.entry("shift", "augmentation.shift"),
          Map.entry("rotation", "augmentation.rotation"),
          Map.entry("brightness", "augmentation.brightness"),
          Map.entry("weightCol", "weight-column"),
          Map.entry("earlyStoppingPatience", "early-stopping.patience"),
          Map.entry("earlyStoppingMinDelta", "early-stopping.min-delta"),
          Map.entry("earlyStoppingMetric", "early-stopping.metric"),
          Map.entry("schedule", "schedule.type"),
          Map.entry("decayEpochs", "schedule.decay-epochs"),
          Map.entry("decayRate", "schedule.decay-rate"),
          Map.entry("endRate", "schedule.end-rate"),
          Map.entry("power", "schedule.power"),
          Map.entry("alpha", "schedule.alpha"),
          Map.entry("warmupEpochs", "schedule.warmup-epochs"),
          Map.entry("warmupIterations", "schedule.warmup-iterations"),
          Map.entry("checkpointDir", "checkpoint.dir"),
          Map.entry("checkpointEveryRounds", "checkpoint.every-rounds"));

  private JobKeys() {}

  /** The key of a param. */
  static String key(Param<?> param) {
    if (param.name().equals("embeddingFile")) {
      return "network.embedding-file";
    }
    String grouped = GROUPED.get(param.name());
    return "training."
        + (grouped == null
            ? param.name().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT)
            : grouped);
  }

  /** A param and its key, for a message. */
  static String named(Param<?> param) {
    return "%s (%s)".formatted(param.name(), key(param));
  }
}
