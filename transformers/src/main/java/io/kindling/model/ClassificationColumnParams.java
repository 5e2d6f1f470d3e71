/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** The params behind {@link HasClassificationColumns}, made and set to their defaults at once. */
public final class ClassificationColumnParams extends ScoringColumnParams {
  private static final long serialVersionUID = 1L;

  final Param<String> rawPredictionCol;
  final Param<String> probabilityCol;

  /**
   * @param stage whose uid is set
   */
  public ClassificationColumnParams(Params stage) {
    super(stage, "the predicted class's index");
    rawPredictionCol =
        new Param<>(
            stage,
            "rawPredictionCol",
            "added column of logits, one for each class; empty for none; default rawPrediction");
    probabilityCol =
        new Param<>(
            stage,
            "probabilityCol",
            "added column of class probabilities; empty for none; default probability");
    stage.setDefault(rawPredictionCol, "rawPrediction");
    stage.setDefault(probabilityCol, "probability");
  }
}
