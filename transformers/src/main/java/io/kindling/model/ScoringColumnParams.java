/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.io.Serializable;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/** The params behind {@link HasScoringColumns}, made and set to their defaults at once. */
public class ScoringColumnParams implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String[] HANDLE_INVALID = {"error", "skip"};

  final Param<String> featuresCol;
  final Param<String> predictionCol;
  final Param<String> handleInvalid;

  /**
   * @param stage whose uid is set
   * @param predicted what is predicted, for the documentation
   */
  public ScoringColumnParams(Params stage, String predicted) {
    featuresCol =
        new Param<>(
            stage,
            "featuresCol",
            "column that feeds the network: an image struct, a vector, an array of floats, or a sequence;"
                + " default image");
    predictionCol =
        new Param<>(
            stage,
            "predictionCol",
            "added column of %s; empty for none; default prediction".formatted(predicted));
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
    stage.setDefault(predictionCol, "prediction");
    stage.setDefault(handleInvalid, "error");
  }
}
