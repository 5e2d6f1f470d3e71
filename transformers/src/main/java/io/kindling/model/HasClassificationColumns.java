/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * The column params that a classifier and its fitted model share, under Spark ML's names. A stage
 * holds one {@link ClassificationColumnParams}, made after its uid, and gets params, setters and
 * getters from here.
 *
 * @param <S> the stage, which the setters return
 */
public interface HasClassificationColumns<S> extends Params {
  /** The params of this stage. */
  ClassificationColumnParams columnParams();

  default Param<String> featuresCol() {
    return columnParams().featuresCol;
  }

  default Param<String> rawPredictionCol() {
    return columnParams().rawPredictionCol;
  }

  default Param<String> probabilityCol() {
    return columnParams().probabilityCol;
  }

  default Param<String> predictionCol() {
    return columnParams().predictionCol;
  }

  default Param<String> handleInvalid() {
    return columnParams().handleInvalid;
  }

  /** The column that feeds the network: an image struct, a vector, or an array of floats. */
  @SuppressWarnings("unchecked")
  default S setFeaturesCol(String value) {
    return (S) set(featuresCol(), value);
  }

  default String getFeaturesCol() {
    return getOrDefault(featuresCol());
  }

  /** The added column of logits, one for each class; empty leaves it out. */
  @SuppressWarnings("unchecked")
  default S setRawPredictionCol(String value) {
    return (S) set(rawPredictionCol(), value);
  }

  default String getRawPredictionCol() {
    return getOrDefault(rawPredictionCol());
  }

  /** The added column of class probabilities; empty leaves it out. */
  @SuppressWarnings("unchecked")
  default S setProbabilityCol(String value) {
    return (S) set(probabilityCol(), value);
  }

  default String getProbabilityCol() {
    return getOrDefault(probabilityCol());
  }

  /** The added column of the predicted class's index; empty leaves it out. */
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
