/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * The column params that an estimator of networks and its fitted model share, under Spark ML's
 * names. A stage holds one {@link ScoringColumnParams}, made after its uid, and gets params,
 * setters and getters from here.
 *
 * @param <S> the stage, which the setters return
 */
public interface HasScoringColumns<S> extends Params {
  /** The params of this stage. */
  ScoringColumnParams columnParams();

  default Param<String> featuresCol() {
    return columnParams().featuresCol;
  }

  default Param<String> predictionCol() {
    return columnParams().predictionCol;
  }

  default Param<String> handleInvalid() {
    return columnParams().handleInvalid;
  }

  /**
   * The column that feeds the network: an image struct, a vector, an array of floats, or a
   * sequence, as {@link io.kindling.input.SequenceColumn} has them.
   */
  @SuppressWarnings("unchecked")
  default S setFeaturesCol(String value) {
    return (S) set(featuresCol(), value);
  }

  default String getFeaturesCol() {
    return getOrDefault(featuresCol());
  }

  /** The added column of the prediction; empty leaves it out. */
  @SuppressWarnings("unchecked")
  default S setPredictionCol(String value) {
    return (S) set(predictionCol(), value);
  }

  default String getPredictionCol() {
    return getOrDefault(predictionCol());
  }

  /** What becomes of rows that the network cannot take: {@code error} or {@code skip}. */
  @SuppressWarnings("unchecked")
  default S setHandleInvalid(String value) {
    return (S) set(handleInvalid(), value);
  }

  default String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }
}
