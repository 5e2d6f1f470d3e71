/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import io.kindling.transformers.StageSchema;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

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
  /** As {@link #asMap} names them, in its order. */
  public static final List<String> NAMES = List.of("accuracy", "precision", "recall", "f1", "loss");

  /**
   * Counts a scored DataFrame, in one pass on the executors.
   *
   * @param scored has the label (numeric class index), prediction (double) and probability (vector)
   *     columns
   * @throws KindlingException if there is no row, or one without a prediction or with a label that
   *     is none of the classes
   */
  public static ClassificationMetrics of(
      Dataset<Row> scored, String labelCol, String predictionCol, String probabilityCol) {
    Dataset<Row> counted =
        scored.select(
            StageSchema.column(labelCol).cast("double"),
            StageSchema.column(predictionCol),
            StageSchema.column(probabilityCol));
    List<Row> first = counted.filter(StageSchema.column(probabilityCol).isNotNull()).takeAsList(1);
    if (first.isEmpty()) {
      throw new KindlingException("Cannot measure the model: there are no rows with predictions");
    }
    int classes = first.get(0).<Vector>getAs(2).size();
    return counted
        .javaRDD()
        .treeAggregate(
            new ClassificationCounts(classes),
            (counts, row) -> count(counts, row, classes),
            ClassificationCounts::merge)
        .metrics();
  }

  private static ClassificationCounts count(ClassificationCounts counts, Row row, int classes) {
    if (row.anyNull()) {
      throw new KindlingException(
          "Cannot measure the model: a row has %s (null)"
              .formatted(row.isNullAt(0) ? "no label" : "no prediction"));
    }
    double label = row.getDouble(0);
    if (!ClassLabels.isOne(label, classes)) {
      throw new KindlingException(
          "Cannot measure the model: " + ClassLabels.problem(label, classes));
    }
    Vector probability = row.getAs(2);
    return counts.add((int) label, (int) row.getDouble(1), probability.apply((int) label));
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
