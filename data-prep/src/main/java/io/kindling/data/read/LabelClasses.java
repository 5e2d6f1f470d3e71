/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import static org.apache.spark.sql.functions.max;

import io.kindling.data.KindlingException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/**
 * The class names of a label column: from its ML metadata, else of strings the sorted distinct
 * values, of numbers {@code "0"} up to the greatest.
 *
 * @param input where the column is, for messages
 * @param column its name
 */
record LabelClasses(String input, String column) {
  /** More are names of rows rather than of classes. */
  private static final int MOST = 10_000;

  List<String> of(Dataset<Row> source) {
    StructField field = source.schema().apply(column);
    List<String> known = fromMetadata(field);
    if (known != null) {
      return known;
    }
    Column label = ParquetImageReader.quoted(column);
    List<String> names =
        field.dataType() instanceof StringType
            ? distinct(source.select(label.as(column)))
            : numbered(source.select(label.cast(DataTypes.DoubleType).as(column)));
    if (names.isEmpty()) {
      throw new KindlingException(
          "Cannot read " + input + ": column " + column + " holds no usable label");
    }
    return names;
  }

  private static List<String> fromMetadata(StructField field) {
    // Of a string column the metadata would name the strings, not their order.
    if (!(field.dataType() instanceof StringType)
        && Attribute.fromStructField(field) instanceof NominalAttribute nominal
        && nominal.values().isDefined()) {
      return List.of(nominal.values().get());
    }
    return null;
  }

  private List<String> distinct(Dataset<Row> labels) {
    List<Row> names = labels.na().drop().distinct().limit(MOST + 1).collectAsList();
    if (names.size() > MOST) {
      throw tooMany("more than " + MOST + " different strings");
    }
    String[] sorted = names.stream().map(row -> row.getString(0)).toArray(String[]::new);
    Arrays.sort(sorted);
    return List.of(sorted);
  }

  private List<String> numbered(Dataset<Row> labels) {
    Column label = ParquetImageReader.quoted(column);
    // NaN is greater than any number for Spark; it is a bad row's matter.
    Row greatest =
        labels.filter(label.isNotNull().and(label.isNaN().unary_$bang())).agg(max(label)).first();
    if (greatest.isNullAt(0) || greatest.getDouble(0) < 0) {
      return List.of();
    }
    if (greatest.getDouble(0) >= MOST) {
      throw tooMany("the label " + greatest.getDouble(0));
    }
    return ExampleSchema.numberedClasses((int) greatest.getDouble(0) + 1);
  }

  private KindlingException tooMany(String found) {
    return new KindlingException(
        "Cannot read "
            + input
            + ": expected at most "
            + MOST
            + " classes in column "
            + column
            + ", found "
            + found);
  }
}
