/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.io.Serializable;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/** The params behind {@link HasClassificationColumns}, made and set to their defaults at once. */
public final class ClassificationColumnParams implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String[] HANDLE_INVALID = {"error", "skip"};

  final Param<String> featuresCol;
  final Param<String> rawPredictionCol;
  final Param<String> probabilityCol;
  final Param<String> predictionCol;
  final Param<String> handleInvalid;

  /**
   * @param stage whose uid is set
   */
  public ClassificationColumnParams(Params stage) {
    featuresCol =
        new Param<>(
            stage,
            "featuresCol",
            "column that feeds the network: an image struct, a vector, or an array of floats;"
                + " default image");
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
    predictionCol =
        new Param<>(
            stage,
            "predictionCol",
            "added column of the predicted class's index; empty for none; default prediction");
    handleInvalid =
        new Param<>(
            stage,
            "handleInvalid",
            "what becomes of a row that the network cannot take (null, another size, a label out"
                + " of range): "
                + String.join(" or ", HANDLE_INVALID)
                + "; default error",
            ParamValidators.inArray(HANDLE_INVALID));
    stage.setDefault(featuresCol, "image");
    stage.setDefault(rawPredictionCol, "rawPrediction");
    stage.setDefault(probabilityCol, "probability");
    stage.setDefault(predictionCol, "prediction");
    stage.setDefault(handleInvalid, "error");
  }
}
