/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.averaging.ReplicaSpec;
import io.kindling.averaging.TrainingListener;
import io.kindling.averaging.TrainingResult;
import io.kindling.averaging.TrainingState;
import io.kindling.data.KindlingException;
import io.kindling.dl4jspark.Dl4jSparkTrainer;
import io.kindling.shards.Shard;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.param.Param;

/**
 * The way to dl4j-spark, and the only class that refers to the package behind it: it is loaded when
 * that engine is chosen, so that all else runs without dl4j-spark's jar.
 */
final class Dl4jSparkEngine {
  /** What dl4j-spark heeds, by itself or because it concerns the data and the network. */
  private static final Set<String> HEEDED =
      Set.of(
          "engine",
          "featuresCol",
          "labelCol",
          "loss",
          "topK",
          "standardizeLabel",
          "rawPredictionCol",
          "probabilityCol",
          "predictionCol",
          "handleInvalid",
          "validationIndicatorCol",
          "validationFraction",
          "network",
          "optimizer",
          "learningRate",
          "l1",
          "l2",
          "momentum",
          "nesterov",
          "rho",
          "weightDecay",
          "clipNorm",
          "clipValue",
          "initialModel",
          "epochs",
          "batchSize",
          "bucketing",
          "workers",
          "averagingFrequency",
          "seed",
          "pixelMean",
          "pixelStd",
          "horizontalFlip",
          "shift",
          "rotation",
          "brightness");

  private Dl4jSparkEngine() {}

  /**
   * Checks that dl4j-spark is there, and that no param is set that it would pass over in silence.
   *
   * @throws KindlingException if it is not, or naming the first that is
   */
  static void check(NetworkEstimator<?, ?> params) {
    try {
      Dl4jSparkTrainer.checkAvailable();
    } catch (NoClassDefFoundError e) {
      throw new KindlingException(
          "Cannot train with dl4j-spark: there is no class %s on the class path; add dl4j-spark_2.12 1.0.0-M2, or set engine to averaging"
              .formatted(e.getMessage()),
          e);
    }
    for (Param<?> param : params.params()) {
      if (!HEEDED.contains(param.name()) && ParamRules.isChanged(params, param)) {
        throw new KindlingException(
            "Cannot train with dl4j-spark: it does not know %s; unset it, or set engine to averaging"
                .formatted(JobKeys.named(param)));
      }
    }
  }

  /**
   * Trains.
   *
   * @throws KindlingException as the trainer does
   */
  static TrainingResult train(
      NetworkEstimator<?, ?> params,
      JavaSparkContext spark,
      ReplicaSpec replica,
      TrainingListener listener,
      JavaRDD<Shard> shards,
      TrainingState initial) {
    return new Dl4jSparkTrainer(
            spark, replica, params.getEpochs(), params.getAveragingFrequency(), listener)
        .train(shards, initial);
  }
}
