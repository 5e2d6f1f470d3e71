/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import io.kindling.data.image.ImageCodec;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Reads images that lie in Parquet already: a binary column with encoded images (JPEG, PNG, GIF,
 * BMP), or a column of Spark's image struct.
 *
 * <p>Labels are whole numbers from 0, or strings, whose sorted distinct values become the class
 * names; names that the column's ML metadata has are kept; or numbers to predict. A string column
 * {@code split} and a string column {@code origin} are kept where they are there. Labels that are
 * null or none, unknown splits and unreadable images make bad rows. Other columns are left out.
 */
public final class ParquetImageReader implements DataSetReader {
  private final TableColumns columns;
  private final int channels;

  /**
   * A reader of these columns, with classes as labels.
   *
   * @param imageColumn name of the binary or struct column
   * @param labelColumn name of the numeric or string column
   * @param channels 1, 3 or 4 to bring every image to, 0 to keep what it has
   */
  public ParquetImageReader(String imageColumn, String labelColumn, int channels) {
    this(new TableColumns(imageColumn, labelColumn), channels);
  }

  /**
   * A reader of these columns.
   *
   * @param columns the feature's is binary or of structs
   * @param channels 1, 3 or 4 to bring every image to, 0 to keep what it has
   */
  public ParquetImageReader(TableColumns columns, int channels) {
    this.columns = columns;
    this.channels = ImageFolderReader.requireChannels(channels);
  }

  /**
   * Rows of {@link ExampleSchema#IMAGE}; of the contents only labels and splits are read yet, and
   * the labels only where no metadata names the classes.
   *
   * @throws io.kindling.data.KindlingException if the folder is missing or no Parquet, a column is
   *     missing or of an unfit type, or there are too many classes
   */
  @Override
  public Dataset<Row> read(SparkSession spark, String input) {
    ParquetTable parquet = new ParquetTable(spark, input, columns);
    DataType type = parquet.featureType();
    boolean encoded = type instanceof BinaryType;
    if (!encoded && !isImageStruct(type)) {
      throw parquet.unfit("binary or Spark's image struct");
    }
    Column image = ParquetTable.quoted(columns.feature());
    Table table = encoded ? parquet.table(image) : parquet.table(image, image.getField("origin"));
    return new TableRows(ExampleSchema.IMAGE, parser(encoded, channels), table.labels())
        .of(table.cells(), table.splits());
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

  private static FeatureParser<Object> parser(boolean encoded, int channels) {
    ImageCodec codec = new ImageCodec();
    return (origin, image) -> {
      Pixels pixels =
          encoded
              ? codec.decode((byte[]) image, channels)
              : ImageRows.pixels((Row) image).inChannels(channels);
      return ImageRows.toRow(origin, pixels);
    };
  }
}
