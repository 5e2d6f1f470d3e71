/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import org.apache.spark.ml.param.Param;

/**
 * The column params of a classifier and its fitted model, under Spark ML's names. A stage holds one
 * {@link ClassificationColumnParams}, made after its uid, and gets params, setters and getters from
 * here.
 *
 * @param <S> the stage, which the setters return
 */
public interface HasClassificationColumns<S> extends HasScoringColumns<S> {
  @Override
  ClassificationColumnParams columnParams();

  default Param<String> rawPredictionCol() {
    return columnParams().rawPredictionCol;
  }

  default Param<String> probabilityCol() {
    return columnParams().probabilityCol;
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
}
