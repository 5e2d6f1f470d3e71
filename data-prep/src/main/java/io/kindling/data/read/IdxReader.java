/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import io.kindling.data.KindlingException;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Reads the IDX files of MNIST and its relatives, plain or gzipped: grey images {@code [height,
 * width, 1]}, one byte a label.
 *
 * <p>The input is a folder with files {@code *images-idx3-ubyte} (also spelt {@code
 * images.idx3-ubyte}, also {@code .gz}) and their {@code *labels-idx1-ubyte}, or one images file
 * with its labels beside it. Names that begin with {@code train} give the split {@code train},
 * {@code t10k} or {@code test} the split {@code test}, others none.
 *
 * <p>Headers and counts are checked at once, contents while they are read, streaming, on the
 * executors. A file that does not hold what its header says is an error; a label that is no class
 * makes a bad row.
 */
public final class IdxReader implements DataSetReader {
  private final List<String> classNames;

  /** A reader for ten classes named {@code "0"} to {@code "9"}. */
  public IdxReader() {
    this(ExampleSchema.numberedClasses(10));
  }

  /**
   * A reader for other classes.
   *
   * @param classNames name of each class in the order of its label, at most 256
   */
  public IdxReader(List<String> classNames) {
    if (classNames.isEmpty() || classNames.size() > 256) {
      throw new KindlingException(
          "Cannot read IDX labels: 1 to 256 classes fit into a byte, not " + classNames.size());
    }
    this.classNames = List.copyOf(classNames);
  }

  /**
   * Rows of {@link ExampleSchema#IMAGE}; nothing but headers is read yet.
   *
   * @throws KindlingException naming file, expected and found, if files are missing or do not fit
   */
  @Override
  public Dataset<Row> read(SparkSession spark, String input) {
    SourceFiles files = new SourceFiles(spark);
    List<IdxPair> pairs = IdxPair.find(files, input);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<RecordRange> ranges = new ArrayList<>();
    Set<String> splits = new LinkedHashSet<>();
    for (int i = 0; i < pairs.size(); i++) {
      IdxPair pair = pairs.get(i);
      ranges.addAll(RecordRange.cut(i, pair.images().count(), context.defaultParallelism()));
      if (pair.split() != null) {
        splits.add(pair.split());
      }
    }
    int classes = classNames.size();
    JavaRDD<Row> rows =
        TaskRows.of(
            context, ranges, range -> new Rows(files, pairs.get(range.file()), range, classes));
    return ExampleSchema.IMAGE.of(spark, rows, classNames, splits);
  }

  private static final class Rows implements Iterator<Row> {
    private final IdxPair pair;
    private final RecordRange range;
    private final int classes;
    private final IdxItems images;
    private final IdxItems labels;
    private long next;

    Rows(SourceFiles files, IdxPair pair, RecordRange range, int classes) throws IOException {
      this.pair = pair;
      this.range = range;
      this.classes = classes;
      this.next = range.from();
      this.images = new IdxItems(files, pair.images(), range.from());
      IdxItems opened = null;
      try {
        opened = new IdxItems(files, pair.labels(), range.from());
      } finally {
        if (opened == null) {
          images.close();
        }
      }
      this.labels = opened;
      // A task that is stopped half-way closes its files too.
      TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> close());
      if (!hasNext()) {
        requireEnd();
      }
    }

    @Override
    public boolean hasNext() {
      return next < range.to();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      try {
        String origin = pair.images().file() + "#" + next;
        byte[] image = images.next();
        int label = labels.next()[0] & 0xff;
        next++;
        if (!hasNext()) {
          requireEnd();
        }
        if (label >= classes) {
          return ExampleSchema.bad(origin, null, pair.split(), outOfRange(label, classes));
        }
        int[] shape = pair.images().dimensions();
        Pixels pixels = new Pixels(shape[1], shape[2], 1, image);
        return ExampleSchema.good(origin, ImageRows.toRow(origin, pixels), label, pair.split());
      } catch (IOException e) {
        throw unreadable(pair.images().file(), e);
      }
    }

    private void requireEnd() {
      try {
        if (range.last()) {
          images.requireEnd();
          labels.requireEnd();
        }
      } catch (IOException e) {
        throw unreadable(pair.images().file(), e);
      }
    }

    private void close() {
      try (images;
          labels) {
        next = range.to();
      } catch (IOException e) {
        throw unreadable(pair.images().file(), e);
      }
    }
  }

  static String outOfRange(long label, int classes) {
    return "label " + label + " is out of range: there are " + classes + " classes, from 0";
  }

  static KindlingException unreadable(String file, IOException cause) {
    return new KindlingException("Cannot read " + file + ": " + cause.getMessage(), cause);
  }
}
