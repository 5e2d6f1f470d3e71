/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import io.kindling.data.read.ExampleSchema;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;

/**
 * Rows that say themselves whether they are bad.
 *
 * @param rows the rows
 * @param good the columns that are written of good rows, in their order
 * @param origin the string column that names a row, or null
 * @param problem the string column of reasons, null in a good row
 */
public record MarkedRows(Dataset<Row> rows, List<String> good, String origin, String problem) {
  /** Metadata of a vector column whose values hardly repeat, such as probabilities. */
  public static final String CONTINUOUS = "kindling_continuous";

  /** Rows in one of {@link ExampleSchema}'s forms: all columns but the reason are written. */
  public static MarkedRows of(Dataset<Row> rows) {
    List<String> columns = Arrays.asList(rows.columns());
    return new MarkedRows(
        rows,
        columns.stream().filter(name -> !name.equals(ExampleSchema.PROBLEM)).toList(),
        columns.contains(ExampleSchema.ORIGIN) ? ExampleSchema.ORIGIN : null,
        ExampleSchema.PROBLEM);
  }

  Column problemColumn() {
    return column(problem);
  }

  /** The same columns of other rows. */
  MarkedRows with(Dataset<Row> others) {
    return new MarkedRows(others, good, origin, problem);
  }

  /** Whether a type is of one value: what quarantine keeps, and what can name a folder. */
  public static boolean isScalar(DataType type) {
    return !(type instanceof StructType
        || type instanceof ArrayType
        || type instanceof MapType
        || type instanceof BinaryType
        || type instanceof UserDefinedType);
  }

  /** A column by its exact name, which may hold dots. */
  static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }
}
