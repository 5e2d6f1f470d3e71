/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import io.kindling.data.KindlingException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A stage's checks of the columns that it reads and adds, before any job starts.
 *
 * @param doing what the stage does, for the message: "decode images"
 * @param schema the columns so far
 */
public record StageSchema(String doing, StructType schema) {

  /**
   * Demands a column of a type; whether it may hold nulls does not matter.
   *
   * @throws KindlingException naming the column, the type wanted and the type found
   */
  public StageSchema require(String column, DataType wanted) {
    return requireOneOf(column, List.of(wanted));
  }

  /**
   * Demands a column of one of some types; whether it may hold nulls does not matter.
   *
   * @throws KindlingException naming the column, the types wanted and the type found
   */
  public StageSchema requireOneOf(String column, List<DataType> wanted) {
    if (!has(column)) {
      throw new KindlingException(
          "Cannot %s: there is no column '%s'; the columns are %s"
              .formatted(doing, column, Arrays.toString(schema.fieldNames())));
    }
    DataType found = schema.apply(column).dataType();
    List<String> names = wanted.stream().map(DataType::simpleString).toList();
    if (!names.contains(found.simpleString())) {
      throw new KindlingException(
          "Cannot %s: column '%s' must be of type %s, it is of type %s"
              .formatted(doing, column, String.join(" or ", names), found.simpleString()));
    }
    return this;
  }

  /**
   * Adds a column.
   *
   * @throws KindlingException if there is one of this name in whatever case: Spark would replace it
   */
  public StageSchema add(String column, DataType type) {
    if (Arrays.stream(schema.fieldNames()).anyMatch(column::equalsIgnoreCase)) {
      throw new KindlingException(
          "Cannot %s: the output column '%s' exists already; drop it or choose another name"
              .formatted(doing, column));
    }
    return new StageSchema(doing, schema.add(column, type, true));
  }

  /** Gives a column that was added its metadata. */
  StageSchema describe(String column, Metadata metadata) {
    StructField[] fields = schema.fields().clone();
    int index = schema.fieldIndex(column);
    StructField field = fields[index];
    fields[index] = new StructField(field.name(), field.dataType(), field.nullable(), metadata);
    return new StageSchema(doing, new StructType(fields));
  }

  /** Adds a column of reasons, or demands that the one there is a string: it is then filled up. */
  StageSchema addProblem(String column) {
    return has(column) ? require(column, DataTypes.StringType) : add(column, DataTypes.StringType);
  }

  boolean has(String column) {
    return Arrays.asList(schema.fieldNames()).contains(column);
  }

  /** A column by its exact name, which may hold dots. */
  public static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }
}
