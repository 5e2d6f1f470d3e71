/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.data.KindlingException;
import io.kindling.network.OptimizerSpec;
import io.kindling.network.ScheduleSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;

/** The optimizer and the learning rate's schedule that an estimator's params ask for. */
final class RequestedOptimizer {
  private static final Set<String> TO_AN_END = Set.of("polynomial", "cosine");

  private RequestedOptimizer() {}

  /** All that says how gradients become steps, but for the learning rate and limits. */
  static List<Param<?>> params(NetworkEstimator<?, ?> params) {
    return List.of(
        params.optimizer(),
        params.l1(),
        params.l2(),
        params.momentum(),
        params.nesterov(),
        params.rho(),
        params.weightDecay(),
        params.schedule(),
        params.decayEpochs(),
        params.decayRate(),
        params.endRate(),
        params.power(),
        params.alpha(),
        params.warmupEpochs(),
        params.warmupIterations());
  }

  /** What they ask for; they must have passed {@link #check}. */
  static OptimizerSpec of(NetworkEstimator<?, ?> params) {
    return new OptimizerSpec(
        params.getOptimizer(),
        orUsual(params, params.learningRate()),
        params.getL1(),
        params.getL2(),
        params.getMomentum(),
        params.getNesterov(),
        orUsual(params, params.rho()),
        orUsual(params, params.weightDecay()),
        new ScheduleSpec(
            params.getSchedule(),
            decayEpochs(params),
            params.isSet(params.decayRate()) ? params.getDecayRate() : 1,
            params.getEndRate(),
            params.getPower(),
            params.getAlpha(),
            params.getWarmupEpochs(),
            params.getWarmupIterations()));
  }

  /** Whether the schedule's length follows from that of the training. */
  static boolean endsWithTraining(NetworkEstimator<?, ?> params) {
    return TO_AN_END.contains(params.getSchedule()) && !params.isSet(params.decayEpochs());
  }

  /** Epochs of a step, or until the schedule ends; 0 where the iterations in an epoch tell. */
  private static double decayEpochs(NetworkEstimator<?, ?> params) {
    if (params.isSet(params.decayEpochs())) {
      return params.getDecayEpochs();
    }
    if (!endsWithTraining(params)) {
      return 1;
    }
    return params.getWarmupIterations() > 0 ? 0 : params.getEpochs() - params.getWarmupEpochs();
  }

  /**
   * Checks that none would be passed over in silence.
   *
   * @throws KindlingException naming the params that do not go together
   */
  static void check(NetworkEstimator<?, ?> params) {
    Param<String> optimizer = params.optimizer();
    allow(params, params.momentum(), optimizer, "sgd");
    allow(params, params.nesterov(), optimizer, "sgd");
    allow(params, params.rho(), optimizer, "rmsprop", "adadelta");
    allow(params, params.weightDecay(), optimizer, "adamw");
    if (params.getNesterov() && params.getMomentum() == 0) {
      throw new KindlingException(
          "Cannot use %s without momentum: set %s above 0"
              .formatted(JobKeys.named(params.nesterov()), JobKeys.named(params.momentum())));
    }
    if (params.getL2() > 0 && params.getOptimizer().equals("adamw")) {
      throw new KindlingException(
          "Cannot use %s with adamw, which shrinks weights by %s: set one"
              .formatted(JobKeys.named(params.l2()), JobKeys.named(params.weightDecay())));
    }
    checkSchedule(params);
  }

  private static void checkSchedule(NetworkEstimator<?, ?> params) {
    Param<String> type = params.schedule();
    allow(params, params.decayRate(), type, "step", "exponential");
    allow(params, params.decayEpochs(), type, "step", "exponential", "polynomial", "cosine");
    allow(params, params.endRate(), type, "polynomial");
    allow(params, params.power(), type, "polynomial");
    allow(params, params.alpha(), type, "cosine");
    String chosen = params.getSchedule();
    if ((chosen.equals("step") || chosen.equals("exponential"))
        && !params.isSet(params.decayRate())) {
      throw new KindlingException(
          "Cannot use the schedule %s without a factor: set %s, for example to 0.5"
              .formatted(chosen, JobKeys.named(params.decayRate())));
    }
    if (params.getWarmupEpochs() > 0 && params.getWarmupIterations() > 0) {
      throw new KindlingException(
          "Cannot warm up both by %s and by %s: set one"
              .formatted(
                  JobKeys.named(params.warmupEpochs()), JobKeys.named(params.warmupIterations())));
    }
    if (params.getWarmupEpochs() >= params.getEpochs()) {
      throw new KindlingException(
          "Cannot warm up for %s epochs (%s) in a training of %d (%s): set fewer"
              .formatted(
                  params.getWarmupEpochs(),
                  JobKeys.key(params.warmupEpochs()),
                  params.getEpochs(),
                  JobKeys.key(params.epochs())));
    }
  }

  private static void allow(
      NetworkEstimator<?, ?> params, Param<?> param, Param<String> by, String... heeding) {
    String chosen = params.getOrDefault(by);
    if (ParamRules.isChanged(params, param) && !Arrays.asList(heeding).contains(chosen)) {
      throw new KindlingException(
          "Cannot use %s with %s: it is for %s only; unset it, or set %s to that"
              .formatted(
                  JobKeys.named(param), chosen, String.join(" and ", heeding), JobKeys.named(by)));
    }
  }

  private static double orUsual(NetworkEstimator<?, ?> params, DoubleParam param) {
    return params.isSet(param) ? (Double) params.getOrDefault(param) : Double.NaN;
  }
}
