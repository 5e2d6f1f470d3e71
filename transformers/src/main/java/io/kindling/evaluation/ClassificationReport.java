/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.kindling.data.KindlingException;
import io.kindling.model.ClassTarget;
import io.kindling.model.ClassificationMetrics;
import io.kindling.model.MeasuredRow;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.transformers.StageSchema;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How well a classifier did on labelled examples, in detail.
 *
 * @param metrics as {@link ClassificationMetrics} has them
 * @param classes each class, in the order of the labels
 * @param confusion which classes are taken for which
 * @param topK for 1, 2, 3, 5 and 10, as far as there are more classes
 * @param calibration whether probabilities mean what they say; those of a hinge loss are no
 *     probabilities
 * @param curves of two classes; null of more, or where one has no examples
 * @param worst the examples predicted wrong with the greatest loss, the worst first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties("metrics") // told once, by name
public record ClassificationReport(
    ClassificationMetrics metrics,
    List<ClassFigures> classes,
    ConfusionMatrix confusion,
    List<TopK> topK,
    Calibration calibration,
    ThresholdCurves curves,
    List<Mistake> worst)
    implements Serializable {

  /**
   * Measures what a network predicted, in one pass on the executors.
   *
   * @param scored what {@code model.transform} gave, with the column {@code rawPrediction}
   * @param labelCol numeric class index
   * @param shown which mistakes to show
   * @throws KindlingException if there is no row, or one without a prediction or with a label that
   *     is none of the classes, or no column of a name that is given
   */
  public static ClassificationReport of(
      Dataset<Row> scored, String labelCol, NetworkClassificationModel model, ShownExamples shown) {
    if (model.getRawPredictionCol().isEmpty()) {
      throw new KindlingException(
          "Cannot measure the model: its rawPredictionCol is empty; name one, and transform again");
    }
    ClassTarget target = model.target();
    int classes = target.classes();
    Dataset<Row> columns =
        scored.select(
            shown.columns(
                scored,
                StageSchema.column(labelCol).cast("double"),
                StageSchema.column(model.getRawPredictionCol())));
    return counted(
        columns,
        target,
        shown,
        model.labels(),
        (tally, row) ->
            tally.add(
                MeasuredRow.label(row, 1, classes), row.<Vector>getAs(1).toArray(), target, row));
  }

  /**
   * Measures what anything predicted, in one pass on the executors. The loss is the cross-entropy.
   *
   * @param scored has the label (numeric class index), prediction (double) and probability (vector)
   *     columns
   * @param classes their names, in the order of the labels
   * @param shown which mistakes to show
   * @throws KindlingException if there is no row, or one without a prediction or with a label that
   *     is none of the classes, or no column of a name that is given
   */
  public static ClassificationReport of(
      Dataset<Row> scored,
      String labelCol,
      String predictionCol,
      String probabilityCol,
      List<String> classes,
      ShownExamples shown) {
    int count = classes.size();
    Dataset<Row> columns =
        scored.select(
            shown.columns(
                scored,
                StageSchema.column(labelCol).cast("double"),
                StageSchema.column(predictionCol),
                StageSchema.column(probabilityCol)));
    return counted(
        columns,
        new ClassTarget(count),
        shown,
        classes,
        (tally, row) -> {
          int label = MeasuredRow.label(row, 2, count);
          double[] probabilities = row.<Vector>getAs(2).toArray();
          double loss = ClassificationMetrics.crossEntropy(probabilities[label]);
          return tally.add(label, (int) row.getDouble(1), probabilities, loss, row);
        });
  }

  private static ClassificationReport counted(
      Dataset<Row> rows,
      ClassTarget target,
      ShownExamples shown,
      List<String> classes,
      Function2<ClassificationTally, Row, ClassificationTally> count) {
    ClassificationReport report =
        rows.javaRDD()
            .treeAggregate(
                new ClassificationTally(target, shown.count()), count, ClassificationTally::merge)
            .report(classes);
    if (report.metrics().examples() == 0) {
      throw MeasuredRow.none();
    }
    return report;
  }
}
