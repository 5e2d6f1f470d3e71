/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.averaging.Averaging;
import io.kindling.averaging.Transport;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/** The params behind {@link HasAveragingParams}, made and set to their defaults at once. */
public final class AveragingParams implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The outer optimizers. */
  public static final List<String> OUTER_OPTIMIZERS = List.of("average", "nesterov");

  /** The ways to run rounds on Spark. */
  public static final List<String> ROUNDS = names(Averaging.Mode.values());

  /** The ways for states to travel. */
  public static final List<String> TRANSPORTS = names(Transport.values());

  final Param<String> outerOptimizer;
  final DoubleParam outerLearningRate;
  final DoubleParam outerMomentum;
  final Param<String> transport;
  final Param<String> rounds;

  AveragingParams(Params stage) {
    outerOptimizer =
        choice(
            stage,
            "outerOptimizer",
            "what becomes of the average of a round: average takes it as it is, nesterov takes a"
                + " step with momentum along the averaged change (DiLoCo, Douillard et al. 2023),"
                + " which keeps the accuracy where averages are far apart",
            OUTER_OPTIMIZERS);
    outerLearningRate =
        new DoubleParam(
            stage,
            "outerLearningRate",
            "nesterov's share of the averaged change, above 0; default 0.7",
            ParamValidators.gt(0));
    outerMomentum =
        new DoubleParam(
            stage,
            "outerMomentum",
            "nesterov's momentum, at least 0, less than 1; default 0.5; the paper's 0.9 is for"
                + " hundreds of minibatches between averages and hundreds of averages",
            ParamValidators.inRange(0, 1, true, false));
    transport =
        choice(
            stage,
            "transport",
            "how parameters and optimizer state travel between workers: float32 as they are,"
                + " bfloat16 as changes of half the size, each off by at most 1/256 of itself",
            TRANSPORTS);
    rounds =
        choice(
            stage,
            "rounds",
            "how rounds run on Spark, with the same result: barrier many in one stage, elastic one"
                + " job a round, so that executors may come and go, auto barrier unless"
                + " dynamic allocation or speculation is on",
            ROUNDS);
    stage.setDefault(outerOptimizer, OUTER_OPTIMIZERS.get(0));
    stage.setDefault(outerLearningRate, 0.7);
    stage.setDefault(outerMomentum, 0.5);
    stage.setDefault(transport, TRANSPORTS.get(0));
    stage.setDefault(rounds, ROUNDS.get(0));
  }

  private static Param<String> choice(Params stage, String name, String doc, List<String> allowed) {
    return new Param<>(
        stage,
        name,
        doc + "; one of " + String.join(", ", allowed) + "; default " + allowed.get(0),
        ParamValidators.inArray(allowed.toArray(new String[0])));
  }

  private static List<String> names(Enum<?>[] constants) {
    return Arrays.stream(constants)
        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
        .toList();
  }
}
