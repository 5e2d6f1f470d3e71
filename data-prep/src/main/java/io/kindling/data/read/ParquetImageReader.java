/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.kindling.data.KindlingException;
import io.kindling.data.image.BadImageException;
import io.kindling.data.image.ImageCodec;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Reads images that lie in Parquet already: a binary column with encoded images (JPEG, PNG, GIF,
 * BMP), or a column of Spark's image struct.
 *
 * <p>Labels are whole numbers from 0, or strings, whose sorted distinct values become the class
 * names; names that the column's ML metadata has are kept. A string column {@code split} and a
 * string column {@code origin} are kept where they are there. Null, negative, fractional and
 * unknown labels, unknown splits and unreadable images make bad rows. Other columns are left out.
 */
public final class ParquetImageReader implements DataSetReader {
  private static final String FILE_PATH = "_metadata.file_path";
  private static final String ROW_INDEX = "_metadata.row_index";

  private final String imageColumn;
  private final String labelColumn;
  private final int channels;

  /**
   * A reader of these columns.
   *
   * @param imageColumn name of the binary or struct column
   * @param labelColumn name of the numeric or string column
   * @param channels 1, 3 or 4 to bring every image to, 0 to keep what it has
   */
  public ParquetImageReader(String imageColumn, String labelColumn, int channels) {
    this.imageColumn = imageColumn;
    this.labelColumn = labelColumn;
    this.channels = ImageFolderReader.requireChannels(channels);
  }

  /**
   * Rows of {@link ExampleSchema#IMAGE}; of the contents only labels and splits are read yet, and
   * the labels only where no metadata names the classes.
   *
   * @throws KindlingException if the folder is missing or no Parquet, a column is missing or of an
   *     unfit type, or there are too many classes
   */
  @Override
  public Dataset<Row> read(SparkSession spark, String input) {
    new SourceFiles(spark).status(input);
    Dataset<Row> source = open(spark, input);
    boolean encoded = requireImages(source, input);
    boolean named = requireLabels(source, input);
    Column label = quoted(labelColumn);
    List<String> classNames = new LabelClasses(input, labelColumn).of(source);
    boolean withSplit = hasString(source, ExampleSchema.SPLIT);
    List<String> splits = withSplit ? splits(source) : List.of();

    Dataset<Row> plain =
        source.select(
            origin(source, encoded).as(ExampleSchema.ORIGIN),
            quoted(imageColumn).as(ImageDataSet.IMAGE),
            (named ? label : label.cast(DataTypes.DoubleType)).as(ExampleSchema.LABEL),
            (withSplit ? col(ExampleSchema.SPLIT) : lit(null).cast(DataTypes.StringType))
                .as(ExampleSchema.SPLIT));
    Dataset<Row> rows =
        plain.map(
            new ToRow(encoded, named, classNames.toArray(new String[0]), channels),
            Encoders.row(ImageDataSet.SCHEMA));
    return ExampleSchema.IMAGE.describe(rows, classNames, splits);
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

  /** Whether the images are encoded (else they are structs). */
  private boolean requireImages(Dataset<Row> source, String input) {
    DataType type = requireColumn(source, imageColumn, input).dataType();
    if (type instanceof BinaryType) {
      return true;
    }
    if (isImageStruct(type)) {
      return false;
    }
    throw new KindlingException(
        "Cannot read "
            + input
            + ": expected binary or Spark's image struct in column "
            + imageColumn
            + ", found "
            + type.catalogString());
  }

  private static boolean isImageStruct(DataType type) {
    if (!(type instanceof StructType struct)) {
      return false;
    }
    StructField[] found = struct.fields();
    StructField[] wanted = ImageRows.schema().fields();
    boolean same = found.length == wanted.length;
    for (int i = 0; same && i < wanted.length; i++) {
      same =
          found[i].name().equals(wanted[i].name())
              && found[i].dataType().equals(wanted[i].dataType());
    }
    return same;
  }

  /** Whether the labels are strings (else they are numbers). */
  private boolean requireLabels(Dataset<Row> source, String input) {
    DataType type = requireColumn(source, labelColumn, input).dataType();
    if (!(type instanceof StringType) && !(type instanceof NumericType)) {
      throw new KindlingException(
          "Cannot read "
              + input
              + ": expected numbers or strings in column "
              + labelColumn
              + ", found "
              + type.catalogString());
    }
    return type instanceof StringType;
  }

  private static StructField requireColumn(Dataset<Row> source, String name, String input) {
    if (!Arrays.asList(source.columns()).contains(name)) {
      throw new KindlingException(
          "Cannot read "
              + input
              + ": there is no column "
              + name
              + "; its columns are "
              + String.join(", ", source.columns()));
    }
    return source.schema().apply(name);
  }

  private static boolean hasString(Dataset<Row> source, String name) {
    return Arrays.asList(source.columns()).contains(name)
        && source.schema().apply(name).dataType() instanceof StringType;
  }

  /**
   * The row's own origin, else that of its image struct, else its place in its file. Spark's tools
   * write an empty origin for an unknown one; rows that share theirs would all get one split.
   */
  private Column origin(Dataset<Row> source, boolean encoded) {
    List<Column> choices = new ArrayList<>();
    if (hasString(source, ExampleSchema.ORIGIN)) {
      choices.add(unlessEmpty(col(ExampleSchema.ORIGIN)));
    }
    if (!encoded) {
      choices.add(unlessEmpty(quoted(imageColumn).getField("origin")));
    }
    choices.add(concat(col(FILE_PATH), lit("#"), col(ROW_INDEX)));
    return coalesce(choices.toArray(new Column[0]));
  }

  private static Column unlessEmpty(Column origin) {
    return when(origin.notEqual(""), origin);
  }

  /** Only the column {@code split} is read for this, often only folder names. */
  private static List<String> splits(Dataset<Row> source) {
    List<String> splits = new ArrayList<>();
    for (Row row : source.select(ExampleSchema.SPLIT).distinct().limit(100).collectAsList()) {
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

  private static final class ToRow implements MapFunction<Row, Row>, Serializable {
    private static final long serialVersionUID = 1L;

    private final boolean encoded;
    private final boolean named;
    private final String[] classNames;
    private final int channels;
    private final ImageCodec codec = new ImageCodec();

    ToRow(boolean encoded, boolean named, String[] classNames, int channels) {
      this.encoded = encoded;
      this.named = named;
      this.classNames = classNames;
      this.channels = channels;
    }

    @Override
    public Row call(Row row) {
      String origin = row.getString(0);
      Double label = null;
      String split = null;
      try {
        label = label(row);
        split = split(row);
        Pixels pixels = pixels(row);
        return ExampleSchema.good(origin, ImageRows.toRow(origin, pixels), label, split);
      } catch (BadImageException e) {
        return ExampleSchema.bad(origin, label, split, e.getMessage());
      }
    }

    private double label(Row row) throws BadImageException {
      if (row.isNullAt(2)) {
        throw new BadImageException("no label (null)");
      }
      if (named) {
        int index = Arrays.binarySearch(classNames, row.getString(2));
        if (index < 0) {
          throw new BadImageException("label " + row.getString(2) + " is no known class");
        }
        return index;
      }
      double label = row.getDouble(2);
      if (!(label >= 0) || label != Math.rint(label) || Double.isInfinite(label)) {
        throw new BadImageException("label " + label + " is not a whole number from 0");
      }
      if (label >= classNames.length) {
        throw new BadImageException(IdxReader.outOfRange((long) label, classNames.length));
      }
      return label;
    }

    private static String split(Row row) throws BadImageException {
      if (row.isNullAt(3)) {
        return null;
      }
      String split = SplitNames.parse(row.getString(3));
      if (split == null) {
        throw new BadImageException(
            "split " + row.getString(3) + " is none of train, validation and test");
      }
      return split;
    }

    private Pixels pixels(Row row) throws BadImageException {
      if (row.isNullAt(1)) {
        throw new BadImageException("no image (null)");
      }
      if (encoded) {
        return codec.decode(row.getAs(1), channels);
      }
      return ImageRows.pixels(row.getStruct(1)).inChannels(channels);
    }
  }
}
