/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import static org.apache.spark.sql.functions.col;

import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that every reader and generator gives, one row for each example:
 *
 * <ul>
 *   <li>{@code origin} string: the file, with {@code #index} (from 0) or {@code #byte position} for
 *       a file of many rows; never null
 *   <li>the feature, named and typed as the components say; null in a bad row
 *   <li>{@code label} double: the class, from 0, its names in the column's ML metadata; or the
 *       number to predict, without such metadata
 *   <li>{@code split} string: {@code train}, {@code validation} or {@code test}; null where the
 *       source has no split
 *   <li>{@code problem} string: null in a good row, else why the row is bad
 * </ul>
 *
 * The metadata of {@code split} lists which splits the source has, where the reader knows, so that
 * nobody has to read all rows to find out.
 *
 * @param feature name of the second column
 * @param type type of the second column
 */
public record ExampleSchema(String feature, DataType type) {
  public static final String ORIGIN = "origin";
  public static final String LABEL = "label";
  public static final String SPLIT = "split";
  public static final String PROBLEM = "problem";

  public static final String TRAIN = "train";
  public static final String VALIDATION = "validation";
  public static final String TEST = "test";

  /** Key in the metadata of {@code split}: the names of the splits that the source has. */
  public static final String SPLITS_OF_SOURCE = "splits";

  /**
   * Images: Spark's image struct, {@code [height, width, channels]} of unsigned bytes, row-wise,
   * colours in the order blue, green, red (, alpha).
   */
  public static final ExampleSchema IMAGE = new ExampleSchema("image", ImageSchema.columnSchema());

  /** Texts, as they were written; they may be empty. */
  public static final ExampleSchema TEXT = new ExampleSchema("text", DataTypes.StringType);

  /** Series of numbers, {@code [steps, width]}: at least one step, all as wide, all finite. */
  public static final ExampleSchema SEQUENCE =
      new ExampleSchema(
          "sequence",
          DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType, false), false));

  /** The columns in their order, without metadata. */
  public StructType columns() {
    return new StructType()
        .add(ORIGIN, DataTypes.StringType, false)
        .add(feature, type, true)
        .add(LABEL, DataTypes.DoubleType, true)
        .add(SPLIT, DataTypes.StringType, true)
        .add(PROBLEM, DataTypes.StringType, true);
  }

  /** A good row; {@code feature} as the schema's type has it. */
  static Row good(String origin, Object feature, double label, String split) {
    return RowFactory.create(origin, feature, label, split, null);
  }

  /** A bad row: no feature; {@code label} and {@code split} as far as they are known, else null. */
  static Row bad(String origin, Double label, String split, String problem) {
    return RowFactory.create(origin, null, label, split, problem);
  }

  /** As {@link #describe(Dataset, List, Collection)}, of rows in this schema. */
  Dataset<Row> of(
      SparkSession spark, JavaRDD<Row> rows, List<String> classNames, Collection<String> splits) {
    return describe(spark.createDataFrame(rows, columns()), classNames, splits);
  }

  /**
   * Puts class names and splits into the columns' metadata.
   *
   * @param classNames names of the classes in the order of their labels, or null where labels are
   *     numbers to predict
   * @param splits names of the splits the source has, or null where unknown
   */
  public Dataset<Row> describe(
      Dataset<Row> rows, List<String> classNames, Collection<String> splits) {
    Column[] columns = {
      col(ORIGIN),
      col(feature),
      classNames == null ? col(LABEL) : col(LABEL).as(LABEL, classMetadata(classNames)),
      splits == null ? col(SPLIT) : col(SPLIT).as(SPLIT, splitMetadata(splits)),
      col(PROBLEM)
    };
    return rows.select(columns);
  }

  /** ML metadata of a label column whose classes have these names, in the order of their labels. */
  public static Metadata classMetadata(List<String> classNames) {
    return NominalAttribute.defaultAttr()
        .withName(LABEL)
        .withValues(classNames.toArray(new String[0]))
        .toMetadata();
  }

  private static Metadata splitMetadata(Collection<String> splits) {
    return new MetadataBuilder()
        .putStringArray(
            SPLITS_OF_SOURCE, splits.stream().sorted().distinct().toArray(String[]::new))
        .build();
  }

  /** Names {@code "0"} to {@code count - 1}, for classes that have no other. */
  public static List<String> numberedClasses(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }
}
