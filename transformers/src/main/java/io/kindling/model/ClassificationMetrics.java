/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * How well a classifier did on labelled examples.
 *
 * @param examples how many
 * @param accuracy the share predicted right
 * @param precision mean over the classes (macro) of right predictions among those predicted so; a
 *     class that neither occurs nor is predicted is left out, as are its recall and F1
 * @param recall mean over the classes of right predictions among those that are so
 * @param f1 mean over the classes of the harmonic mean of precision and recall
 * @param loss mean cross-entropy, {@code -ln} of the probability given to the true class
 */
public record ClassificationMetrics(
    long examples, double accuracy, double precision, double recall, double f1, double loss)
    implements Serializable {

  /**
   * Counts a scored DataFrame, in one pass on the executors.
   *
   * @param scored has the label (numeric class index), prediction (double) and probability (vector)
   *     columns
   */
  public static ClassificationMetrics of(
      Dataset<Row> scored, String labelCol, String predictionCol, String probabilityCol) {
    return scored
        .select(
            functions.col(labelCol).cast("double"),
            functions.col(predictionCol),
            functions.col(probabilityCol))
        .javaRDD()
        .treeAggregate(
            new ClassificationCounts(0),
            (counts, row) -> {
              Vector probability = row.getAs(2);
              int label = (int) row.getDouble(0);
              double likelihood = label < probability.size() ? probability.apply(label) : 0.0;
              return counts.add(label, (int) row.getDouble(1), likelihood);
            },
            ClassificationCounts::merge)
        .metrics();
  }

  /** By name, without the number of examples: accuracy, precision, recall, f1, loss. */
  public Map<String, Double> asMap() {
    Map<String, Double> map = new LinkedHashMap<>();
    map.put("accuracy", accuracy);
    map.put("precision", precision);
    map.put("recall", recall);
    map.put("f1", f1);
    map.put("loss", loss);
    return map;
  }
}
