/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.averaging.Averaging;
import io.kindling.averaging.OuterOptimizer;
import io.kindling.averaging.Transport;
import java.util.Locale;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * The params of averaging beyond how often. A stage holds one {@link AveragingParams}, made after
 * its uid, and gets params, setters and getters from here; each param's own documentation gives its
 * range and default.
 *
 * @param <S> the stage, which the setters return
 */
public interface HasAveragingParams<S> extends Params {
  /** The params of this stage. */
  AveragingParams averagingParams();

  /** What the params ask for. */
  default Averaging averaging(int frequency) {
    return new Averaging(
        frequency,
        usesNesterov()
            ? new OuterOptimizer(getOuterLearningRate(), getOuterMomentum())
            : OuterOptimizer.AVERAGE,
        Transport.valueOf(getTransport().toUpperCase(Locale.ROOT)),
        Averaging.Mode.valueOf(getRounds().toUpperCase(Locale.ROOT)));
  }

  /** Whether the outer learning rate and momentum count. */
  default boolean usesNesterov() {
    return "nesterov".equals(getOuterOptimizer());
  }

  default Param<String> outerOptimizer() {
    return averagingParams().outerOptimizer;
  }

  /** What becomes of the average of a round: average or nesterov. */
  @SuppressWarnings("unchecked")
  default S setOuterOptimizer(String value) {
    return (S) set(outerOptimizer(), value);
  }

  default String getOuterOptimizer() {
    return getOrDefault(outerOptimizer());
  }

  default DoubleParam outerLearningRate() {
    return averagingParams().outerLearningRate;
  }

  /** Nesterov's share of the averaged change. */
  @SuppressWarnings("unchecked")
  default S setOuterLearningRate(double value) {
    return (S) set(outerLearningRate(), value);
  }

  default double getOuterLearningRate() {
    return (Double) getOrDefault(outerLearningRate());
  }

  default DoubleParam outerMomentum() {
    return averagingParams().outerMomentum;
  }

  /** Nesterov's momentum. */
  @SuppressWarnings("unchecked")
  default S setOuterMomentum(double value) {
    return (S) set(outerMomentum(), value);
  }

  default double getOuterMomentum() {
    return (Double) getOrDefault(outerMomentum());
  }

  default Param<String> transport() {
    return averagingParams().transport;
  }

  /** How states travel between workers: float32 or bfloat16. */
  @SuppressWarnings("unchecked")
  default S setTransport(String value) {
    return (S) set(transport(), value);
  }

  default String getTransport() {
    return getOrDefault(transport());
  }

  default Param<String> rounds() {
    return averagingParams().rounds;
  }

  /** How rounds run on Spark: auto, barrier or elastic. */
  @SuppressWarnings("unchecked")
  default S setRounds(String value) {
    return (S) set(rounds(), value);
  }

  default String getRounds() {
    return getOrDefault(rounds());
  }
}
