/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.averaging.ReplicaSpec;
import io.kindling.averaging.TrainingState;
import io.kindling.checkpoint.TrainingIdentity;
import io.kindling.model.NumberTarget;
import io.kindling.network.NetworkDefinition;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.spark.ml.param.Param;

/**
 * What of an estimator's params must be the same for a training to be resumed: all but those named
 * here, so that a new param is not forgotten. Named as in job files.
 */
final class TrainingSettings {
  /** How long and in which way it trains, where it writes, and what the data or others tell. */
  private static final Set<String> APART =
      Set.of(
          "epochs",
          "checkpointDir",
          "checkpointEveryRounds",
          "embeddingFile",
          "embeddingWords",
          "initialModel",
          "network",
          "workers",
          "rounds",
          "featuresCol",
          "labelCol",
          "rawPredictionCol",
          "probabilityCol",
          "predictionCol",
          "validationIndicatorCol",
          "handleInvalid");

  private static final Set<String> NESTEROV = Set.of("outerLearningRate", "outerMomentum");

  private TrainingSettings() {}

  /**
   * The identity of a training, but for its data.
   *
   * @param initial where it starts
   */
  static TrainingIdentity identity(
      NetworkEstimator<?, ?> params,
      ReplicaSpec replica,
      TrainingLabels labels,
      int workers,
      TrainingState initial) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (Param<?> param : params.params()) {
      if (!APART.contains(param.name()) && params.isDefined(param) && counts(params, param)) {
        settings.put(JobKeys.key(param), text(params.getOrDefault(param)));
      }
    }
    if (RequestedOptimizer.endsWithTraining(params)) {
      settings.put(
          JobKeys.key(params.decayEpochs()),
          Double.toString(params.getEpochs() - params.getWarmupEpochs()));
    }
    settings.put("training.workers", Integer.toString(workers));
    settings.put("the input", replica.input().toString());
    if (labels.target() instanceof NumberTarget number) {
      settings.put(
          "the scale of the labels", "mean %s, std %s".formatted(number.mean(), number.std()));
    } else {
      settings.put("the classes", labels.names().toString());
    }
    if (params.isSet(params.initialModel())) {
      settings.put(
          "training.initial-model",
          TrainingIdentity.fingerprint(initial.params(), initial.updaterState()));
    }
    if (params.isSet(params.embeddingFile())) {
      settings.put(
          JobKeys.key(params.embeddingFile()), TrainingIdentity.fingerprint(initial.params()));
    }
    if (NetworkDefinition.parse(params.getNetwork()).pretrained() != null) {
      settings.put("network.model", TrainingIdentity.fingerprint(initial.params()));
    }
    settings.put(
        "the network",
        TrainingIdentity.fingerprint(replica.configuration().getBytes(StandardCharsets.UTF_8)));
    return new TrainingIdentity(settings);
  }

  /** Settings of early stopping say nothing while it is off, nor nesterov's of plain averages. */
  private static boolean counts(NetworkEstimator<?, ?> params, Param<?> param) {
    if (param.name().startsWith("earlyStopping")) {
      return params.getEarlyStoppingPatience() > 0;
    }
    return params.usesNesterov() || !NESTEROV.contains(param.name());
  }

  private static String text(Object value) {
    return value instanceof double[] numbers ? Arrays.toString(numbers) : String.valueOf(value);
  }
}
