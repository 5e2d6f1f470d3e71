/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import org.apache.spark.sql.Row;

/** A row whose first column is its label (double) and whose next ones are what was predicted. */
public final class MeasuredRow {
  private MeasuredRow() {}

  /**
   * The label of a row, a class.
   *
   * @param predictions how many columns after the label must have a value, too
   * @throws KindlingException if there is none, or no prediction, or it is none of the classes
   */
  public static int label(Row row, int predictions, int classes) {
    requireValues(row, predictions);
    double label = row.getDouble(0);
    if (!ClassLabels.isOne(label, classes)) {
      throw new KindlingException(
          "Cannot measure the model: " + ClassLabels.problem(label, classes));
    }
    return (int) label;
  }

  /**
   * The label of a row, a number; the prediction is in one column.
   *
   * @throws KindlingException if there is none, or no prediction, or it is not finite
   */
  public static double number(Row row) {
    requireValues(row, 1);
    double label = row.getDouble(0);
    if (!Double.isFinite(label)) {
      throw new KindlingException(
          "Cannot measure the model: label %s is not a finite number".formatted(label));
    }
    return label;
  }

  private static void requireValues(Row row, int predictions) {
    for (int column = 0; column <= predictions; column++) {
      if (row.isNullAt(column)) {
        throw new KindlingException(
            "Cannot measure the model: a row has %s (null)"
                .formatted(row.isNullAt(0) ? "no label" : "no prediction"));
      }
    }
  }

  /** What to throw where there was no row. */
  public static KindlingException none() {
    return new KindlingException("Cannot measure the model: there are no rows with predictions");
  }
}
