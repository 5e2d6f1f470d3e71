/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.transformers.StageSchema;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.Function2;
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
 * @param loss the mean of what training makes small, without penalties
 * @param auc the area under the ROC curve: of two classes how often a row of the second was given
 *     more odds of it than one of the first; of more the mean over the classes (macro), each
 *     against the rest. A class of which there are no rows, or all, is left out; NaN where none is
 *     left. It is counted in bins of odds, so that rows need not be sorted: 4,096 up to 16 classes,
 *     then 65,536 divided by the classes; rows in the same bin count as equal
 * @param topKAccuracy the share of which the true class was among the {@code topK} most probable
 *     (of equal ones the first are); NaN where there are no more classes than that
 */
public record ClassificationMetrics(
    long examples,
    double accuracy,
    double precision,
    double recall,
    double f1,
    double loss,
    double auc,
    double topKAccuracy)
    implements Serializable {
  /** As {@link #asMap} names them, in its order. */
  public static final List<String> NAMES =
      List.of("accuracy", "precision", "recall", "f1", "loss", "auc", "topKAccuracy");

  /** The least probability that a cross-entropy takes as it is; below, {@code ln} leaves floats. */
  private static final double LEAST_LIKELIHOOD = 1e-38;

  /**
   * Counts a scored DataFrame, in one pass on the executors.
   *
   * @param scored has the label (numeric class index), and logits or margins (vector)
   * @param target of the network that gave them
   * @throws io.kindling.data.KindlingException if there is no row, or one without a prediction or
   *     with a label that is none of the classes
   */
  public static ClassificationMetrics of(
      Dataset<Row> scored, String labelCol, String rawPredictionCol, ClassTarget target) {
    return counted(
        scored.select(
            StageSchema.column(labelCol).cast("double"), StageSchema.column(rawPredictionCol)),
        target,
        (counts, row) ->
            counts.add(
                MeasuredRow.label(row, 1, target.classes()), row.<Vector>getAs(1).toArray()));
  }

  /**
   * Counts a DataFrame that anything scored, in one pass on the executors. The loss is the
   * cross-entropy, {@code -ln} of the probability given to the true class.
   *
   * @param scored has the label (numeric class index), prediction (double) and probability (vector)
   *     columns
   * @throws io.kindling.data.KindlingException if there is no row, or one without a prediction or
   *     with a label that is none of the classes
   */
  public static ClassificationMetrics of(
      Dataset<Row> scored, String labelCol, String predictionCol, String probabilityCol) {
    Dataset<Row> columns =
        scored.select(
            StageSchema.column(labelCol).cast("double"),
            StageSchema.column(predictionCol),
            StageSchema.column(probabilityCol));
    List<Row> first = columns.filter(StageSchema.column(probabilityCol).isNotNull()).takeAsList(1);
    if (first.isEmpty()) {
      throw MeasuredRow.none();
    }
    int classes = first.get(0).<Vector>getAs(2).size();
    return counted(
        columns,
        new ClassTarget(classes),
        (counts, row) -> {
          int label = MeasuredRow.label(row, 2, classes);
          double[] probabilities = row.<Vector>getAs(2).toArray();
          return counts.add(
              label, (int) row.getDouble(1), probabilities, crossEntropy(probabilities[label]));
        });
  }

  private static ClassificationMetrics counted(
      Dataset<Row> rows,
      ClassTarget target,
      Function2<ClassificationCounts, Row, ClassificationCounts> count) {
    ClassificationMetrics metrics =
        rows.javaRDD()
            .treeAggregate(new ClassificationCounts(target), count, ClassificationCounts::merge)
            .metrics();
    if (metrics.examples() == 0) {
      throw MeasuredRow.none();
    }
    return metrics;
  }

  /** The loss of an example by the probability that was given to its class; always finite. */
  public static double crossEntropy(double probability) {
    return -Math.log(Math.max(probability, LEAST_LIKELIHOOD));
  }

  /** By name, without the number of examples, and without what is NaN of auc and topKAccuracy. */
  public Map<String, Double> asMap() {
    Map<String, Double> map = new LinkedHashMap<>();
    map.put("accuracy", accuracy);
    map.put("precision", precision);
    map.put("recall", recall);
    map.put("f1", f1);
    map.put("loss", loss);
    if (!Double.isNaN(auc)) {
      map.put("auc", auc);
    }
    if (!Double.isNaN(topKAccuracy)) {
      map.put("topKAccuracy", topKAccuracy);
    }
    return map;
  }
}
