/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/** The params of {@link HasExplanationParams}, made after the stage's uid. */
public final class ExplanationParams {
  /** The class that is explained: the one predicted. */
  static final String PREDICTED = "predicted";

  /** What becomes of a word that is covered. */
  static final String LEFT_OUT = "left-out";

  static final String UNKNOWN = "unknown";

  private static final String[] HANDLE_INVALID = {"error", "skip", "keep"};
  private static final String[] WORDS = {LEFT_OUT, UNKNOWN};

  final Param<String> featuresCol;
  final Param<String> explanationCol;
  final Param<String> occlusionCol;
  final Param<String> detailsCol;
  final Param<String> explainedClass;
  final IntParam steps;
  final Param<String> baseline;
  final IntParam occlusionSize;
  final Param<String> occlusionWords;
  final Param<String> handleInvalid;

  ExplanationParams(Params stage) {
    featuresCol =
        new Param<>(
            stage, "featuresCol", "column that feeds the network, as that has it; default image");
    explanationCol =
        new Param<>(
            stage,
            "explanationCol",
            "added column of what each pixel, value or token contributed; empty for none; default"
                + " explanation");
    occlusionCol =
        new Param<>(
            stage,
            "occlusionCol",
            "added column of how much the score drops where a pixel, value, token or step is"
                + " covered; empty for none, the default");
    detailsCol =
        new Param<>(
            stage,
            "detailsCol",
            "added column of class, score, the baseline's score, gap and agreement; empty for none,"
                + " the default");
    explainedClass =
        new Param<>(
            stage,
            "explainedClass",
            "class whose logit is explained: %s, a class's name, or its index; default %s"
                .formatted(PREDICTED, PREDICTED));
    steps =
        new IntParam(
            stage,
            "steps",
            "points between the baseline and the example, %d to %d; default %d"
                .formatted(
                    ExplanationSettings.LEAST_STEPS,
                    ExplanationSettings.MOST_STEPS,
                    ExplanationSettings.DEFAULT_STEPS),
            ParamValidators.inRange(
                ExplanationSettings.LEAST_STEPS, ExplanationSettings.MOST_STEPS));
    baseline =
        new Param<>(
            stage,
            "baseline",
            "what an example is compared with: zero (black pixels, zeros, word vectors of zeros) or"
                + " mean (the example's own average); default zero",
            ParamValidators.inArray(Baseline.names()));
    occlusionSize =
        new IntParam(
            stage,
            "occlusionSize",
            "pixels of the side of what is covered at once, or steps of a sequence; 0, the default,"
                + " for a seventh",
            ParamValidators.gtEq(0));
    occlusionWords =
        new Param<>(
            stage,
            "occlusionWords",
            "what becomes of a word that is covered: "
                + String.join(" or ", WORDS)
                + "; default "
                + LEFT_OUT,
            ParamValidators.inArray(WORDS));
    handleInvalid =
        new Param<>(
            stage,
            "handleInvalid",
            "what becomes of a row that the network cannot take: "
                + String.join(", ", HANDLE_INVALID)
                + " (kept with nulls); default error",
            ParamValidators.inArray(HANDLE_INVALID));
    stage.setDefault(featuresCol, "image");
    stage.setDefault(explanationCol, "explanation");
    stage.setDefault(occlusionCol, "");
    stage.setDefault(detailsCol, "");
    stage.setDefault(explainedClass, PREDICTED);
    stage.setDefault(steps, ExplanationSettings.DEFAULT_STEPS);
    stage.setDefault(baseline, Baseline.ZERO.lowerCaseName());
    stage.setDefault(occlusionSize, 0);
    stage.setDefault(occlusionWords, LEFT_OUT);
    stage.setDefault(handleInvalid, "error");
  }
}
