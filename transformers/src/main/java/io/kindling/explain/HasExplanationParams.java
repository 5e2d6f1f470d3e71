/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Which predictions a stage explains, and how.
 *
 * @param <S> the stage, which the setters return
 */
public interface HasExplanationParams<S> extends Params {
  /** The params of this stage. */
  ExplanationParams explanationParams();

  default Param<String> featuresCol() {
    return explanationParams().featuresCol;
  }

  default Param<String> explanationCol() {
    return explanationParams().explanationCol;
  }

  default Param<String> occlusionCol() {
    return explanationParams().occlusionCol;
  }

  default Param<String> detailsCol() {
    return explanationParams().detailsCol;
  }

  default Param<String> explainedClass() {
    return explanationParams().explainedClass;
  }

  default IntParam steps() {
    return explanationParams().steps;
  }

  default Param<String> baseline() {
    return explanationParams().baseline;
  }

  default IntParam occlusionSize() {
    return explanationParams().occlusionSize;
  }

  default Param<String> occlusionWords() {
    return explanationParams().occlusionWords;
  }

  default Param<String> handleInvalid() {
    return explanationParams().handleInvalid;
  }

  /** The column that feeds the network. */
  @SuppressWarnings("unchecked")
  default S setFeaturesCol(String value) {
    return (S) set(featuresCol(), value);
  }

  default String getFeaturesCol() {
    return getOrDefault(featuresCol());
  }

  /** The added column of what each pixel, value or token contributed; empty for none. */
  @SuppressWarnings("unchecked")
  default S setExplanationCol(String value) {
    return (S) set(explanationCol(), value);
  }

  default String getExplanationCol() {
    return getOrDefault(explanationCol());
  }

  /** The added column of how much the score drops where a part is covered; empty for none. */
  @SuppressWarnings("unchecked")
  default S setOcclusionCol(String value) {
    return (S) set(occlusionCol(), value);
  }

  default String getOcclusionCol() {
    return getOrDefault(occlusionCol());
  }

  /** The added column of class, scores, gap and agreement; empty for none. */
  @SuppressWarnings("unchecked")
  default S setDetailsCol(String value) {
    return (S) set(detailsCol(), value);
  }

  default String getDetailsCol() {
    return getOrDefault(detailsCol());
  }

  /** {@code predicted}, a class's name, or its index. */
  @SuppressWarnings("unchecked")
  default S setExplainedClass(String value) {
    return (S) set(explainedClass(), value);
  }

  default String getExplainedClass() {
    return getOrDefault(explainedClass());
  }

  /** Points between the baseline and the example, 8 to 512. */
  @SuppressWarnings("unchecked")
  default S setSteps(int value) {
    return (S) set(steps(), value);
  }

  default int getSteps() {
    return (Integer) getOrDefault(steps());
  }

  /** {@code zero} or {@code mean}; {@link Baseline} says more. */
  @SuppressWarnings("unchecked")
  default S setBaseline(String value) {
    return (S) set(baseline(), value);
  }

  default String getBaseline() {
    return getOrDefault(baseline());
  }

  /** Pixels of the side of what is covered at once, or steps of a sequence; 0 for a seventh. */
  @SuppressWarnings("unchecked")
  default S setOcclusionSize(int value) {
    return (S) set(occlusionSize(), value);
  }

  default int getOcclusionSize() {
    return (Integer) getOrDefault(occlusionSize());
  }

  /** What becomes of a word that is covered: {@code left-out} or {@code unknown}. */
  @SuppressWarnings("unchecked")
  default S setOcclusionWords(String value) {
    return (S) set(occlusionWords(), value);
  }

  default String getOcclusionWords() {
    return getOrDefault(occlusionWords());
  }

  /**
   * What becomes of rows that the network cannot take: {@code error}, {@code skip} or {@code keep}.
   */
  @SuppressWarnings("unchecked")
  default S setHandleInvalid(String value) {
    return (S) set(handleInvalid(), value);
  }

  default String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }
}
