/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.when;

import io.kindling.data.KindlingException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads texts, or sequences of numbers, from a table with named columns.
 *
 * <p>A text is a string, which may be empty; a null is a bad row. A sequence is an array of steps,
 * each an array of as many numbers, or an array of numbers, which are steps of one. A null, no step
 * at all, steps of different widths and values that no float can hold make bad rows, and so does a
 * sequence whose steps are not as wide as those of the first row.
 *
 * <p>Classes are whole numbers from 0, or names, which are sorted; names that a Parquet column's ML
 * metadata has are kept. Where a format has no types, as CSV, labels that are all whole numbers are
 * numbers. A label that is null or of no class is a bad row.
 */
public final class TableReader implements DataSetReader {
  /** Enough to tell the rule from the exception, few enough for the driver. */
  private static final int ROWS_LOOKED_AT = 50;

  private final TableFormat format;
  private final ExampleSchema schema;
  private final TableColumns columns;

  private TableReader(TableFormat format, ExampleSchema schema, TableColumns columns) {
    this.format = format;
    this.schema = schema;
    this.columns = columns;
  }

  /** A reader that gives rows of {@link ExampleSchema#TEXT}. */
  public static TableReader ofTexts(TableFormat format, TableColumns columns) {
    return new TableReader(format, ExampleSchema.TEXT, columns);
  }

  /** A reader that gives rows of {@link ExampleSchema#SEQUENCE}. */
  public static TableReader ofSequences(TableFormat format, TableColumns columns) {
    return new TableReader(format, ExampleSchema.SEQUENCE, columns);
  }

  /**
   * The rows; of the contents only what tells the classes, the splits and the width of a step is
   * read yet.
   *
   * @throws io.kindling.data.KindlingException if the input is missing or not of the format, a
   *     column is missing or of an unfit type, or there are too many classes
   */
  @Override
  public Dataset<Row> read(SparkSession spark, String input) {
    try {
      return rows(format.open(spark, input, columns, schema));
    } catch (Exception e) {
      // What a task found wrong comes wrapped by Spark, in an exception that Scala does not
      // declare.
      KindlingException known = KindlingException.in(e);
      if (known != null && known != e) {
        throw new KindlingException(known.getMessage(), e);
      }
      throw e;
    }
  }

  private Dataset<Row> rows(Table table) {
    if (schema.equals(ExampleSchema.SEQUENCE)) {
      return ofOneWidth(
          new TableRows(schema, (origin, cell) -> Sequences.checked(cell), table.labels())
              .of(table.cells(), table.splits()));
    }
    return new TableRows(schema, (origin, cell) -> cell, table.labels())
        .of(table.cells(), table.splits());
  }

  /** What the commonest width among the first rows is not, is bad. */
  private static Dataset<Row> ofOneWidth(Dataset<Row> rows) {
    Column problem = col(ExampleSchema.PROBLEM);
    Column sequence = col(ExampleSchema.SEQUENCE.feature());
    Column width = size(sequence.getItem(0));
    Map<Integer, Long> widths =
        rows.filter(problem.isNull()).select(width).takeAsList(ROWS_LOOKED_AT).stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.getInt(0), LinkedHashMap::new, Collectors.counting()));
    if (widths.isEmpty()) {
      return rows;
    }
    int wanted = Collections.max(widths.entrySet(), Map.Entry.comparingByValue()).getKey();
    Column other = problem.isNull().and(width.notEqual(wanted));
    Column reason =
        concat(
            lit("its steps have "),
            width.cast("string"),
            lit(" values, those of most of the first rows " + wanted));
    return rows.select(
        col(ExampleSchema.ORIGIN),
        when(other, lit(null)).otherwise(sequence).as(ExampleSchema.SEQUENCE.feature()),
        col(ExampleSchema.LABEL),
        col(ExampleSchema.SPLIT),
        when(other, reason).otherwise(problem).as(ExampleSchema.PROBLEM));
  }
}
