/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;

import io.kindling.data.KindlingException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
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

  private static final Pattern WHOLE_NUMBER = Pattern.compile("[0-9]{1,9}(\\.0*)?");

  /** The classes of a table whose columns have types. */
  LabelParser of(Dataset<Row> source) {
    StructField field = source.schema().apply(column);
    Column label = ParquetTable.quoted(column);
    if (field.dataType() instanceof StringType) {
      return LabelParser.named(distinct(source.select(label.as(ExampleSchema.LABEL))));
    }
    List<String> known = fromMetadata(field);
    return LabelParser.numbered(
        known != null
            ? known
            : numbered(source.select(label.cast(DataTypes.DoubleType).as(ExampleSchema.LABEL))));
  }

  /**
   * The classes of a table without types: where all labels are whole numbers they are numbers, else
   * names.
   *
   * @param labels with a column of strings that has the schema's name for labels
   */
  LabelParser ofWritten(Dataset<Row> labels) {
    List<String> names = distinct(labels.select(ExampleSchema.LABEL));
    if (!names.stream().allMatch(name -> WHOLE_NUMBER.matcher(name).matches())) {
      return LabelParser.named(names);
    }
    double greatest = names.stream().mapToDouble(Double::parseDouble).max().orElseThrow();
    return LabelParser.numbered(numbered(greatest));
  }

  private static List<String> fromMetadata(StructField field) {
    // Of a string column the metadata would name the strings, not their order.
    if (Attribute.fromStructField(field) instanceof NominalAttribute nominal
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
    if (names.isEmpty()) {
      throw none();
    }
    String[] sorted = names.stream().map(row -> row.getString(0)).toArray(String[]::new);
    Arrays.sort(sorted);
    return List.of(sorted);
  }

  private List<String> numbered(Dataset<Row> labels) {
    Column label = col(ExampleSchema.LABEL);
    // NaN is greater than any number for Spark; it is a bad row's matter.
    Row greatest =
        labels.filter(label.isNotNull().and(label.isNaN().unary_$bang())).agg(max(label)).first();
    if (greatest.isNullAt(0) || greatest.getDouble(0) < 0) {
      throw none();
    }
    return numbered(greatest.getDouble(0));
  }

  private List<String> numbered(double greatest) {
    if (greatest >= MOST) {
      throw tooMany("the label " + greatest);
    }
    return ExampleSchema.numberedClasses((int) greatest + 1);
  }

  private KindlingException none() {
    return new KindlingException(
        "Cannot read " + input + ": column " + column + " holds no usable label");
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
            + found
            + "; for numbers to predict set columns.label-type = number");
  }
}
