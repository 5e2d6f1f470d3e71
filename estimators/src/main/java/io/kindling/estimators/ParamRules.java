/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.data.KindlingException;
import io.kindling.network.NetworkDefinition;
import io.kindling.network.PretrainedNetwork;
import java.util.List;
import java.util.Objects;
import org.apache.spark.ml.param.Param;

/** What an estimator's params must fulfil together, whatever the data. */
final class ParamRules {
  private ParamRules() {}

  /**
   * @throws KindlingException naming the params that do not go together
   */
  static void check(NetworkEstimator<?, ?> params) {
    RequestedNetwork.checkParams(params);
    if (params.usesDl4jSpark()) {
      Dl4jSparkEngine.check(params);
    }
    if (params.isDefined(params.checkpointEveryRounds())
        && !params.isDefined(params.checkpointDir())) {
      throw new KindlingException(
          "Cannot write checkpoints every %d rounds (%s): there is no folder for them; set %s"
              .formatted(
                  params.getCheckpointEveryRounds(),
                  JobKeys.key(params.checkpointEveryRounds()),
                  JobKeys.named(params.checkpointDir())));
    }
    PretrainedNetwork pretrained = NetworkDefinition.parse(params.getNetwork()).pretrained();
    for (Param<?> start : List.of(params.initialModel(), params.embeddingFile())) {
      if (pretrained != null && params.isDefined(start)) {
        throw new KindlingException(
            "Cannot start both with the parameters of the pretrained network %s (network.model) and with %s: unset one"
                .formatted(pretrained.model(), JobKeys.named(start)));
      }
    }
    if (params.isDefined(params.embeddingFile()) && params.isDefined(params.initialModel())) {
      throw new KindlingException(
          "Cannot start both with the word vectors of %s (%s) and with the model %s (%s), which has its own: unset one"
              .formatted(
                  params.getEmbeddingFile(),
                  JobKeys.named(params.embeddingFile()),
                  params.getInitialModel(),
                  JobKeys.named(params.initialModel())));
    }
    if (!params.usesNesterov()) {
      refuse(params, params.outerLearningRate(), params.outerOptimizer(), "nesterov");
      refuse(params, params.outerMomentum(), params.outerOptimizer(), "nesterov");
    }
    if (params.getEarlyStoppingPatience() == 0) {
      refuse(params, params.earlyStoppingMetric(), params.earlyStoppingPatience(), "1 or more");
      refuse(params, params.earlyStoppingMinDelta(), params.earlyStoppingPatience(), "1 or more");
    }
  }

  /** Refuses a param that would be passed over in silence. */
  private static void refuse(
      NetworkEstimator<?, ?> params, Param<?> unheeded, Param<?> by, String otherwise) {
    if (isChanged(params, unheeded)) {
      throw new KindlingException(
          "Cannot use %s while %s is %s: set that to %s, or unset the first"
              .formatted(
                  JobKeys.named(unheeded), JobKeys.named(by), params.getOrDefault(by), otherwise));
    }
  }

  /** Whether a param was set to something else than its default. */
  static boolean isChanged(NetworkEstimator<?, ?> params, Param<?> param) {
    return params.isSet(param)
        && !Objects.deepEquals(
            params.getOrDefault(param), params.getDefault(param).getOrElse(() -> null));
  }
}
