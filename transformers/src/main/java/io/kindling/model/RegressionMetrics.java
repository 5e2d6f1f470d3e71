/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.transformers.StageSchema;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How well numbers were predicted, in the unit of the labels.
 *
 * @param examples how many
 * @param mse mean squared error
 * @param mae mean absolute error
 * @param rmse the root of {@code mse}
 * @param r2 the coefficient of determination: 1 less the share that the squared errors have of the
 *     labels' squared distances from their mean. Of labels that are all equal 1 where the
 *     predictions are, too, else 0
 * @param loss that of these which the network was trained to make small, {@code mse} or {@code mae}
 */
public record RegressionMetrics(
    long examples, double mse, double mae, double rmse, double r2, double loss)
    implements Serializable {
  /** As {@link #asMap} names them, in its order. */
  public static final List<String> NAMES = List.of("mse", "mae", "rmse", "r2", "loss");

  /**
   * Measures a scored DataFrame, in one pass on the executors.
   *
   * @param scored has the label (numeric) and prediction (double) columns
   * @param target the model's, for its loss
   * @throws io.kindling.data.KindlingException if there is no row, or one without a prediction or
   *     without a finite label
   */
  public static RegressionMetrics of(
      Dataset<Row> scored, String labelCol, String predictionCol, NumberTarget target) {
    RegressionMetrics metrics =
        scored
            .select(StageSchema.column(labelCol).cast("double"), StageSchema.column(predictionCol))
            .javaRDD()
            .treeAggregate(
                new RegressionCounts(target),
                (counts, row) -> counts.add(MeasuredRow.number(row), row.getDouble(1)),
                RegressionCounts::merge)
            .metrics();
    if (metrics.examples() == 0) {
      throw MeasuredRow.none();
    }
    return metrics;
  }

  /** By name, without the number of examples: mse, mae, rmse, r2, loss. */
  public Map<String, Double> asMap() {
    Map<String, Double> map = new LinkedHashMap<>();
    map.put("mse", mse);
    map.put("mae", mae);
    map.put("rmse", rmse);
    map.put("r2", r2);
    map.put("loss", loss);
    return map;
  }
}
