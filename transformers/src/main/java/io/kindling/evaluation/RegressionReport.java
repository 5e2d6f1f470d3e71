/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.kindling.model.MeasuredRow;
import io.kindling.model.NumberTarget;
import io.kindling.model.RegressionMetrics;
import io.kindling.transformers.StageSchema;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How well numbers were predicted, in detail and in the unit of the labels. An error is {@code
 * prediction - label}, above 0 where too much was predicted.
 *
 * @param metrics as {@link RegressionMetrics} has them
 * @param meanError the mean of the errors: whether too much or too little is predicted on the whole
 * @param absoluteErrors how large the errors are, whatever their sign
 * @param residuals the errors
 * @param grid predicted against true numbers
 * @param worst the examples with the largest errors, the worst first
 */
@JsonIgnoreProperties("metrics") // told once, by name
public record RegressionReport(
    RegressionMetrics metrics,
    double meanError,
    AbsoluteErrors absoluteErrors,
    Histogram residuals,
    PredictionGrid grid,
    List<LargeError> worst)
    implements Serializable {

  /**
   * Measures a scored DataFrame, in one pass on the executors.
   *
   * @param scored has the label (numeric) and prediction (double) columns
   * @param target the model's, for its loss
   * @param shown which examples to show
   * @throws io.kindling.data.KindlingException if there is no row, or one without a prediction or
   *     without a finite label, or no column of a name that is given
   */
  public static RegressionReport of(
      Dataset<Row> scored,
      String labelCol,
      String predictionCol,
      NumberTarget target,
      ShownExamples shown) {
    RegressionReport report =
        scored
            .select(
                shown.columns(
                    scored,
                    StageSchema.column(labelCol).cast("double"),
                    StageSchema.column(predictionCol)))
            .javaRDD()
            .treeAggregate(
                new RegressionTally(target, shown.count()),
                (tally, row) -> tally.add(MeasuredRow.number(row), row.getDouble(1), row),
                RegressionTally::merge)
            .report();
    if (report.metrics().examples() == 0) {
      throw MeasuredRow.none();
    }
    return report;
  }
}
