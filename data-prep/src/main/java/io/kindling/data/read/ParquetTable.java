/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import io.kindling.data.KindlingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/**
 * Parquet files as a table.
 *
 * <p>A string column {@code origin} is kept where it is there; else a row's origin is its place in
 * its file.
 */
final class ParquetTable {
  private static final String FILE_PATH = "_metadata.file_path";
  private static final String ROW_INDEX = "_metadata.row_index";

  private static final DataType STEPS =
      DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType));

  private final Dataset<Row> source;
  private final String input;
  private final TableColumns columns;

  /**
   * Opens the files; of the contents nothing is read.
   *
   * @throws KindlingException if the folder is missing or no Parquet
   */
  ParquetTable(SparkSession spark, String input, TableColumns columns) {
    new SourceFiles(spark).status(input);
    this.source = open(spark, input);
    this.input = input;
    this.columns = columns;
  }

  /** As {@link TableFormat} says, for texts and sequences. */
  static Table open(SparkSession spark, String input, TableColumns columns, ExampleSchema schema) {
    ParquetTable parquet = new ParquetTable(spark, input, columns);
    return parquet.table(schema.equals(ExampleSchema.SEQUENCE) ? parquet.steps() : parquet.text());
  }

  /**
   * Type of the feature column.
   *
   * @throws KindlingException if there is none of that name
   */
  DataType featureType() {
    return requireColumn(columns.feature()).dataType();
  }

  private Column text() {
    if (!(featureType() instanceof StringType)) {
      throw unfit("strings");
    }
    return quoted(columns.feature());
  }

  private Column steps() {
    if (featureType() instanceof ArrayType steps) {
      Column feature = quoted(columns.feature());
      if (steps.elementType() instanceof NumericType) {
        return transform(feature, value -> array(value)).cast(STEPS);
      }
      if (steps.elementType() instanceof ArrayType step
          && step.elementType() instanceof NumericType) {
        return feature.cast(STEPS);
      }
    }
    throw unfit("arrays of arrays of numbers, or arrays of numbers,");
  }

  /** The error for a feature column of another type; {@code wanted} is a plural. */
  KindlingException unfit(String wanted) {
    return new KindlingException(
        "Cannot read "
            + input
            + ": expected "
            + wanted
            + " in column "
            + columns.feature()
            + ", found "
            + featureType().catalogString());
  }

  /**
   * The table.
   *
   * @param feature the feature's cells
   * @param origins where an origin may be found that the table has no column for; null and empty
   *     ones do not count
   */
  Table table(Column feature, Column... origins) {
    boolean named = requireLabels();
    LabelParser labels =
        columns.labelType() == LabelType.NUMBER
            ? LabelParser.numbers()
            : new LabelClasses(input, columns.label()).of(source);
    String splitColumn = splitColumn();
    Column label = quoted(columns.label());
    Dataset<Row> cells =
        source.select(
            origin(origins).as(ExampleSchema.ORIGIN),
            feature.as("feature"),
            (named ? label : label.cast(DataTypes.DoubleType)).as(ExampleSchema.LABEL),
            (splitColumn == null
                    ? lit(null).cast(DataTypes.StringType)
                    : quoted(splitColumn).cast(DataTypes.StringType))
                .as(ExampleSchema.SPLIT),
            lit(null).cast(DataTypes.StringType).as(ExampleSchema.PROBLEM));
    return new Table(cells, labels, splitColumn == null ? List.of() : splits(splitColumn));
  }

  private static Dataset<Row> open(SparkSession spark, String input) {
    try {
      return spark.read().parquet(input);
    } catch (Exception e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      String reason = String.valueOf(root.getMessage());
      throw new KindlingException(
          "Cannot read "
              + input
              + ": expected Parquet files: "
              + reason.lines().findFirst().orElse(reason),
          e);
    }
  }

  /** Whether the labels are strings (else they are numbers). */
  private boolean requireLabels() {
    DataType type = requireColumn(columns.label()).dataType();
    boolean strings = type instanceof StringType && columns.labelType() == LabelType.CLASS;
    if (!strings && !(type instanceof NumericType)) {
      throw new KindlingException(
          "Cannot read "
              + input
              + ": expected numbers "
              + (columns.labelType() == LabelType.CLASS ? "or strings " : "")
              + "in column "
              + columns.label()
              + ", found "
              + type.catalogString());
    }
    return strings;
  }

  private StructField requireColumn(String name) {
    requireColumn(name, Arrays.asList(source.columns()), input);
    return source.schema().apply(name);
  }

  static void requireColumn(String name, List<String> found, String input) {
    if (!found.contains(name)) {
      throw new KindlingException(
          "Cannot read "
              + input
              + ": there is no column "
              + name
              + "; its columns are "
              + String.join(", ", found));
    }
  }

  private String splitColumn() {
    if (columns.split() == null) {
      return hasString(ExampleSchema.SPLIT) ? ExampleSchema.SPLIT : null;
    }
    requireColumn(columns.split());
    return columns.split();
  }

  private boolean hasString(String name) {
    return Arrays.asList(source.columns()).contains(name)
        && source.schema().apply(name).dataType() instanceof StringType;
  }

  /** Spark's tools write an empty origin for an unknown one; rows of one origin share one split. */
  private Column origin(Column... origins) {
    List<Column> choices = new ArrayList<>();
    if (hasString(ExampleSchema.ORIGIN)) {
      choices.add(unlessEmpty(col(ExampleSchema.ORIGIN)));
    }
    for (Column origin : origins) {
      choices.add(unlessEmpty(origin));
    }
    choices.add(concat(col(FILE_PATH), lit("#"), col(ROW_INDEX)));
    return coalesce(choices.toArray(new Column[0]));
  }

  private static Column unlessEmpty(Column origin) {
    return when(origin.notEqual(""), origin);
  }

  /** Only this column is read for this, often only folder names. */
  private List<String> splits(String column) {
    List<String> splits = new ArrayList<>();
    Column name = quoted(column).cast(DataTypes.StringType);
    for (Row row : source.select(name).distinct().limit(100).collectAsList()) {
      String split = row.isNullAt(0) ? null : SplitNames.parse(row.getString(0));
      if (split != null) {
        splits.add(split);
      }
    }
    return splits;
  }

  static Column quoted(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }
}
