/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import static org.apache.spark.sql.functions.col;

import io.kindling.data.BadRowException;
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
 * The files of {@link ClassFolders} as rows. Only folders are listed on the driver; files are
 * listed, then spread by their path, then read and parsed on the executors, in a few tasks for each
 * core however many files there are.
 *
 * @param schema of the rows
 * @param largestBytes a file of more is a bad row
 * @param parser what makes a file's content a feature
 */
record ClassFolderFiles(ExampleSchema schema, int largestBytes, FeatureParser<byte[]> parser) {
  /** So that one slow stretch of files does not keep a whole core's share waiting. */
  private static final int TASKS_PER_SLOT = 4;

  private static final String CLASS = "class";

  private static final StructType PATHS =
      new StructType()
          .add(ExampleSchema.ORIGIN, DataTypes.StringType, false)
          .add(CLASS, DataTypes.StringType, false)
          .add(ExampleSchema.SPLIT, DataTypes.StringType, true);

  Dataset<Row> rows(SparkSession spark, SourceFiles files, ClassFolders found) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaRDD<Row> paths = TaskRows.of(context, found.folders(), folder -> list(files, folder));
    int tasks = TASKS_PER_SLOT * context.defaultParallelism();
    Dataset<Row> rows =
        spark
            .createDataFrame(paths, PATHS)
            // By path, not in turn: the same rows in the same partitions if a listing is repeated.
            .repartition(tasks, col(ExampleSchema.ORIGIN))
            .sortWithinPartitions(ExampleSchema.ORIGIN)
            .map(
                new Parse(files, found.classNames(), schema.feature(), largestBytes, parser),
                Encoders.row(schema.columns()));
    return schema.describe(rows, found.classNames(), found.splits());
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

  private static final class Parse implements MapFunction<Row, Row>, Serializable {
    private static final long serialVersionUID = 1L;

    private final SourceFiles files;
    private final Map<String, Double> labels = new HashMap<>();
    private final String noun;
    private final int largestBytes;
    private final FeatureParser<byte[]> parser;

    Parse(
        SourceFiles files,
        List<String> classNames,
        String noun,
        int largestBytes,
        FeatureParser<byte[]> parser) {
      this.files = files;
      this.noun = noun;
      this.largestBytes = largestBytes;
      this.parser = parser;
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
        Object feature = parser.feature(origin, content(origin));
        return ExampleSchema.good(origin, feature, label, split);
      } catch (BadRowException e) {
        return ExampleSchema.bad(origin, label, split, e.getMessage());
      }
    }

    private byte[] content(String origin) throws BadRowException {
      try (InputStream stream = files.open(new Path(origin), 0)) {
        byte[] bytes = stream.readNBytes(largestBytes + 1);
        if (bytes.length > largestBytes) {
          throw new BadRowException(
              "larger than " + (largestBytes >> 20) + " MiB, which no " + noun + " should be");
        }
        return bytes;
      } catch (FileNotFoundException | AccessControlException | IllegalArgumentException e) {
        // Of the file (IllegalArgumentException: Hadoop opens no local file with a colon in its
        // name), and there to stay. Other failures may pass: the task is tried again.
        throw new BadRowException("cannot be opened: " + e.getMessage(), e);
      } catch (IOException e) {
        throw IdxReader.unreadable(origin, e);
      }
    }
  }
}
