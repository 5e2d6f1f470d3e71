/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

import io.kindling.data.KindlingException;
import io.kindling.data.image.ImageRows;
import java.util.Arrays;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The column that feeds a network: which types will do, and what kind of input each is. */
public final class InputColumn {
  private InputColumn() {}

  /**
   * The kind of input that a column is.
   *
   * @throws KindlingException if there is no such column, or one of another type
   */
  public static InputSpec.Kind kind(StructType schema, String column) {
    if (!Arrays.asList(schema.fieldNames()).contains(column)) {
      throw new KindlingException(
          "Cannot feed the network: there is no column %s; there are %s"
              .formatted(column, String.join(", ", schema.fieldNames())));
    }
    DataType type = schema.apply(column).dataType();
    if (isImage(type)) {
      return InputSpec.Kind.IMAGE;
    }
    if (type.equals(SQLDataTypes.VectorType()) || isFloats(type)) {
      return InputSpec.Kind.VECTOR;
    }
    InputSpec.Kind sequence = SequenceColumn.kind(type);
    if (sequence != null) {
      return sequence;
    }
    throw new KindlingException(
        "Cannot feed the network: column %s must be an image struct, a vector, an array of floats, of token ids (ints) or of arrays of floats, but is %s"
            .formatted(column, type.simpleString()));
  }

  /**
   * Checks that a column is what a network takes.
   *
   * @throws KindlingException naming the column, the type wanted and the type found; or if the
   *     column tells of another vocabulary than the network's
   */
  public static void check(StructType schema, String column, InputSpec input) {
    InputSpec.Kind wanted = input.kind();
    if (kind(schema, column) == wanted && wanted == InputSpec.Kind.TOKENS) {
      int vocabulary =
          SequenceColumn.vocabulary(schema.apply(column).metadata()).orElse(input.vocabulary());
      if (vocabulary != input.vocabulary()) {
        throw new KindlingException(
            "Cannot feed the network: column %s has token ids of a vocabulary of %d, but the network knows one of %d; they are other words"
                .formatted(column, vocabulary, input.vocabulary()));
      }
    }
    if (kind(schema, column) != wanted) {
      throw new KindlingException(
          "Cannot feed the network: column %s must be %s, but is %s"
              .formatted(
                  column,
                  switch (wanted) {
                    case IMAGE -> "an image struct";
                    case VECTOR -> "a vector or an array of floats";
                    case TOKENS -> "an array of token ids (ints), padded or not";
                    case SEQUENCE -> "an array of arrays of floats, padded or not";
                  },
                  schema.apply(column).dataType().simpleString()));
    }
  }

  private static boolean isFloats(DataType type) {
    return type instanceof ArrayType array
        && (array.elementType().equals(DataTypes.FloatType)
            || array.elementType().equals(DataTypes.DoubleType));
  }

  /** Nullability aside, the fields of Spark's image struct in their order. */
  private static boolean isImage(DataType type) {
    if (!(type instanceof StructType struct)) {
      return false;
    }
    StructField[] wanted = ImageRows.schema().fields();
    StructField[] found = struct.fields();
    boolean same = wanted.length == found.length;
    for (int i = 0; same && i < wanted.length; i++) {
      same =
          wanted[i].name().equals(found[i].name())
              && wanted[i].dataType().equals(found[i].dataType());
    }
    return same;
  }
}
