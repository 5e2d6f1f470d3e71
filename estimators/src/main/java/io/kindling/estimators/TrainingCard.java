/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.averaging.ReplicaSpec;
import io.kindling.model.ModelCard;
import io.kindling.model.NetworkConfiguration;
import io.kindling.model.ProgramVersions;
import io.kindling.model.TrainingSummary;
import java.lang.reflect.Array;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.param.Param;

/** What a training tells of itself in the model that it made. */
final class TrainingCard {
  /** As long as a network or a list of words; said elsewhere, or of no use to a reader. */
  private static final List<String> LEFT_OUT = List.of("network", "embeddingWords");

  private TrainingCard() {}

  static ModelCard of(NetworkEstimator<?, ?> params, ReplicaSpec replica, TrainingSummary summary) {
    return new ModelCard(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        ProgramVersions.all(),
        new ModelCard.Data(
            params.getFeaturesCol(),
            params.getLabelCol(),
            summary.examples(),
            summary.examplesSkipped()),
        NetworkConfiguration.parse(replica.configuration()).layerParams(),
        settings(params),
        summary.workers(),
        summary.bestEpoch(),
        summary.loss(),
        summary.validation(),
        summary.history());
  }

  private static Map<String, Object> settings(NetworkEstimator<?, ?> params) {
    Map<String, Object> settings = new LinkedHashMap<>();
    for (Param<?> param : params.params()) {
      if (params.isDefined(param) && !LEFT_OUT.contains(param.name())) {
        settings.put(param.name(), value(params.getOrDefault(param)));
      }
    }
    return settings;
  }

  /** A value as JSON has it, which has no infinite numbers. */
  private static Object value(Object value) {
    if (value.getClass().isArray()) {
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < Array.getLength(value); i++) {
        values.add(value(Array.get(value, i)));
      }
      return values;
    }
    boolean isFinite = value instanceof Number number && Double.isFinite(number.doubleValue());
    return isFinite || value instanceof Boolean ? value : value.toString();
  }
}
