/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.types.StructType;

/** What a class index is, for training and measuring alike. */
public final class ClassLabels {
  private ClassLabels() {}

  /** Whether a label is a whole number from 0 to {@code classes - 1}. */
  public static boolean isOne(double label, int classes) {
    return label == Math.rint(label) && label >= 0 && label < classes;
  }

  /** Why a label is none. */
  public static String problem(double label, int classes) {
    return "label %s is not one of the classes 0 to %d".formatted(label, classes - 1);
  }

  /** The class names in a label column's metadata; empty where there are none. */
  public static List<String> names(StructType schema, String labelCol) {
    Attribute attribute = Attribute.fromStructField(schema.apply(labelCol));
    return attribute instanceof NominalAttribute nominal && nominal.values().isDefined()
        ? List.of(nominal.values().get())
        : List.of();
  }
}
