/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import static org.apache.spark.sql.functions.col;

import io.kindling.data.KindlingException;
import io.kindling.data.image.BadImageException;
import io.kindling.data.image.ImageCodec;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

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

  /** So that one slow stretch of files does not keep a whole core's share waiting. */
  private static final int TASKS_PER_SLOT = 4;

  private static final String CLASS = "class";

  private static final StructType PATHS =
      new StructType()
          .add(ImageDataSet.ORIGIN, DataTypes.StringType, false)
          .add(CLASS, DataTypes.StringType, false)
          .add(ImageDataSet.SPLIT, DataTypes.StringType, true);

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
   * Rows of {@link ImageDataSet#SCHEMA}; only folders are listed yet.
   *
   * @throws KindlingException if the folder is missing or holds no class folders or no files
   */
  @Override
  public Dataset<Row> read(SparkSession spark, String input) {
    SourceFiles files = new SourceFiles(spark);
    ClassFolders found = ClassFolders.find(files, input);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaRDD<Row> paths = TaskRows.of(context, found.folders(), folder -> list(files, folder));
    int tasks = TASKS_PER_SLOT * context.defaultParallelism();
    Dataset<Row> rows =
        spark
            .createDataFrame(paths, PATHS)
            // By path, not in turn: the same rows in the same partitions if a listing is repeated.
            .repartition(tasks, col(ImageDataSet.ORIGIN))
            .sortWithinPartitions(ImageDataSet.ORIGIN)
            .map(
                new Decode(files, found.classNames(), channels), Encoders.row(ImageDataSet.SCHEMA));
    return ImageDataSet.describe(rows, found.classNames(), found.splits());
  }

  private static Iterator<Row> list(SourceFiles files, ClassFolders.Folder folder)
      throws IOException {
    Path path = new Path(folder.path());
    FolderListing listing = new FolderListing(files.fileSystem(path), path);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return listing.hasNext();
      }

      @Override
      public Row next() {
        return RowFactory.create(listing.next().toString(), folder.className(), folder.split());
      }
    };
  }

  private static final class Decode implements MapFunction<Row, Row>, Serializable {
    private static final long serialVersionUID = 1L;

    private final SourceFiles files;
    private final Map<String, Double> labels = new HashMap<>();
    private final int channels;
    private final ImageCodec codec = new ImageCodec();

    Decode(SourceFiles files, List<String> classNames, int channels) {
      this.files = files;
      this.channels = channels;
      for (int i = 0; i < classNames.size(); i++) {
        labels.put(classNames.get(i), (double) i);
      }
    }

    @Override
    public Row call(Row row) {
      String origin = row.getString(0);
      double label = labels.get(row.getString(1));
      String split = row.getString(2);
      try {
        Pixels pixels = codec.decode(content(origin), channels);
        return ImageDataSet.good(origin, ImageRows.toRow(origin, pixels), label, split);
      } catch (BadImageException e) {
        return ImageDataSet.bad(origin, label, split, e.getMessage());
      }
    }

    private byte[] content(String origin) throws BadImageException {
      try (InputStream stream = files.open(new Path(origin), 0)) {
        byte[] bytes = stream.readNBytes(LARGEST_FILE_BYTES + 1);
        if (bytes.length > LARGEST_FILE_BYTES) {
          throw new BadImageException(
              "larger than " + (LARGEST_FILE_BYTES >> 20) + " MiB, which no image should be");
        }
        return bytes;
      } catch (FileNotFoundException | AccessControlException | IllegalArgumentException e) {
        // Of the file (IllegalArgumentException: Hadoop opens no local file with a colon in its
        // name), and there to stay. Other failures may pass: the task is tried again.
        throw new BadImageException("cannot be opened: " + e.getMessage(), e);
      } catch (IOException e) {
        throw IdxReader.unreadable(origin, e);
      }
    }
  }
}
