/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

import java.util.OptionalInt;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Sequences in a DataFrame: the reserved token ids, the struct of a padded sequence, and where the
 * size of the vocabulary is noted.
 *
 * <p>The struct is {@code struct<values: array<T>, start: int, length: int>}, T an {@code int} (a
 * token id) or an {@code array<float>} (the values of a step of a time series). {@code values} is
 * padded to some length; the real steps are {@code start} to {@code start + length - 1}.
 */
public final class SequenceColumn {
  /** The token id that is no step. */
  public static final int PADDING_ID = 0;

  /** The token id of every word that is not in the vocabulary. */
  public static final int UNKNOWN_ID = 1;

  /** The token id of the vocabulary's first word. */
  public static final int FIRST_WORD_ID = 2;

  /** Field: the steps, padding among them. */
  public static final String VALUES = "values";

  /** Field: the index in {@link #VALUES} of the first real step. */
  public static final String START = "start";

  /** Field: the number of real steps. */
  public static final String LENGTH = "length";

  /** What a step of a time series is in the struct. */
  public static final ArrayType NUMERIC_STEP =
      DataTypes.createArrayType(DataTypes.FloatType, false);

  private static final String METADATA = "kindling";
  private static final String VOCABULARY = "vocabulary";

  private SequenceColumn() {}

  /**
   * The struct of a padded sequence.
   *
   * @param step {@code IntegerType} or {@link #NUMERIC_STEP}
   */
  public static StructType structType(DataType step) {
    return new StructType()
        .add(VALUES, DataTypes.createArrayType(step), false)
        .add(START, DataTypes.IntegerType, false)
        .add(LENGTH, DataTypes.IntegerType, false);
  }

  /** A padded sequence as a row of the struct; {@code values} is an array of steps. */
  public static Row toRow(Object values, int start, int length) {
    return RowFactory.create(values, start, length);
  }

  /** Whether a type is the struct of padded token ids, nullability aside. */
  public static boolean isPaddedTokens(DataType type) {
    return isStructOf(type, DataTypes.IntegerType);
  }

  /** Whether a type is the struct of padded numeric steps, nullability aside. */
  public static boolean isPaddedSteps(DataType type) {
    return isStructOf(type, NUMERIC_STEP);
  }

  /**
   * The kind of input that a type of sequences is, padded or not.
   *
   * @return null if it is none
   */
  static InputSpec.Kind kind(DataType type) {
    if (isPaddedTokens(type)) {
      return InputSpec.Kind.TOKENS;
    }
    if (isPaddedSteps(type)) {
      return InputSpec.Kind.SEQUENCE;
    }
    if (!(type instanceof ArrayType array)) {
      return null;
    }
    DataType step = array.elementType();
    if (step.equals(DataTypes.IntegerType)) {
      return InputSpec.Kind.TOKENS;
    }
    boolean numbers =
        step.equals(SQLDataTypes.VectorType())
            || (step instanceof ArrayType inner
                && (inner.elementType().equals(DataTypes.FloatType)
                    || inner.elementType().equals(DataTypes.DoubleType)));
    return numbers ? InputSpec.Kind.SEQUENCE : null;
  }

  private static boolean isStructOf(DataType type, DataType step) {
    if (!(type instanceof StructType found)) {
      return false;
    }
    StructField[] wanted = structType(step).fields();
    if (found.length() != wanted.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      StructField field = found.fields()[i];
      if (!field.name().equals(wanted[i].name())
          || !field.dataType().catalogString().equals(wanted[i].dataType().catalogString())) {
        return false;
      }
    }
    return true;
  }

  /**
   * Notes the size of the vocabulary in a column's metadata, as {@code
   * {"kindling":{"vocabulary":size}}}.
   *
   * @param metadata what is there already
   * @param size the number of different ids, padding and unknown included
   */
  public static Metadata withVocabulary(Metadata metadata, int size) {
    MetadataBuilder ours = new MetadataBuilder();
    if (metadata.contains(METADATA)) {
      ours.withMetadata(metadata.getMetadata(METADATA));
    }
    return new MetadataBuilder()
        .withMetadata(metadata)
        .putMetadata(METADATA, ours.putLong(VOCABULARY, size).build())
        .build();
  }

  /** The size that {@link #withVocabulary} noted, so that nobody has to scan for it. */
  public static OptionalInt vocabulary(Metadata metadata) {
    if (!metadata.contains(METADATA)) {
      return OptionalInt.empty();
    }
    Metadata ours = metadata.getMetadata(METADATA);
    return ours.contains(VOCABULARY)
        ? OptionalInt.of(Math.toIntExact(ours.getLong(VOCABULARY)))
        : OptionalInt.empty();
  }
}
