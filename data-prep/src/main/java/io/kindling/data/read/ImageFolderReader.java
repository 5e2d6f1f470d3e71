/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import io.kindling.data.KindlingException;
import io.kindling.data.image.ImageCodec;
import io.kindling.data.image.ImageRows;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads a folder that has a folder of image files for each class: {@code input/<class>/*}, or
 * {@code input/<split>/<class>/*} with the splits {@code train}, {@code validation} (or {@code
 * val}) and {@code test}.
 *
 * <p>Labels are the positions of the sorted class names, the same in all splits. Every file in a
 * class's folder, however deep, is a row, except those whose names begin with {@code .} and Spark's
 * {@code _SUCCESS}; one that is no readable image is a bad row. Only folders are listed on the
 * driver; files are listed, then spread by their path, then read and decoded on the executors.
 */
public final class ImageFolderReader implements DataSetReader {
  /** Beyond this a file is hardly an image, and would not fit in memory beside its pixels. */
  private static final int LARGEST_FILE_BYTES = 256 << 20;

  private final int channels;

  /**
   * A reader that brings every image to so many channels.
   *
   * @param channels 1 (grey), 3 (colour), 4 (colour and alpha), or 0 to keep what the file has
   */
  public ImageFolderReader(int channels) {
    this.channels = requireChannels(channels);
  }

  static int requireChannels(int channels) {
    if (channels != 0 && channels != 1 && channels != 3 && channels != 4) {
      throw new KindlingException(
          "Cannot read images with channels = " + channels + ": it must be 0, 1, 3 or 4");
    }
    return channels;
  }

  /**
   * Rows of {@link ExampleSchema#IMAGE}; only folders are listed yet.
   *
   * @throws KindlingException if the folder is missing or holds no class folders or no files
   */
  @Override
  public Dataset<Row> read(SparkSession spark, String input) {
    SourceFiles files = new SourceFiles(spark);
    ClassFolders found = ClassFolders.find(files, input, "cat/1.jpg", Set.of());
    return new ClassFolderFiles(ExampleSchema.IMAGE, LARGEST_FILE_BYTES, parser(channels))
        .rows(spark, files, found);
  }

  private static FeatureParser<byte[]> parser(int channels) {
    ImageCodec codec = new ImageCodec();
    return (origin, content) -> ImageRows.toRow(origin, codec.decode(content, channels));
  }
}
