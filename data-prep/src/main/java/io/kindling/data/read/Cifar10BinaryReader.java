/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import io.kindling.data.KindlingException;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Reads the binary version of CIFAR-10 (A. Krizhevsky, 2009): a folder with {@code
 * data_batch_*.bin} (split {@code train}) and {@code test_batch.bin} (split {@code test}). A record
 * is one byte of label, then 32x32 bytes each of red, green and blue; the rows' images are {@code
 * [32, 32, 3]} in Spark's order, pixel by pixel, blue first.
 *
 * <p>Class names come from {@code batches.meta.txt} where it is there, else they are the published
 * ten. A file whose length is no multiple of 3,073 bytes is an error, a label above 9 a bad row.
 */
public final class Cifar10BinaryReader implements DataSetReader {
  static final List<String> CLASS_NAMES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;
  private static final int RECORD_BYTES = 1 + 3 * PLANE;
  private static final Pattern NAME = Pattern.compile("(data_batch_\\d+|test_batch)\\.bin");

  private record Batch(String file, String split) implements Serializable {}

  /**
   * Rows of {@link ExampleSchema#IMAGE}; nothing but file lengths and names is read yet.
   *
   * @throws KindlingException if there are no such files or a length is wrong
   */
  @Override
  public Dataset<Row> read(SparkSession spark, String input) {
    SourceFiles files = new SourceFiles(spark);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Path folder = folder(files, input);
    List<Batch> batches = new ArrayList<>();
    List<RecordRange> ranges = new ArrayList<>();
    Set<String> splits = new LinkedHashSet<>();
    for (FileStatus entry : files.visible(folder)) {
      Matcher name = NAME.matcher(entry.getPath().getName());
      if (entry.isFile() && name.matches()) {
        String split = name.group(1).startsWith("test") ? ExampleSchema.TEST : ExampleSchema.TRAIN;
        long records = requireRecords(entry);
        ranges.addAll(RecordRange.cut(batches.size(), records, context.defaultParallelism()));
        batches.add(new Batch(entry.getPath().toString(), split));
        splits.add(split);
      }
    }
    if (batches.isEmpty()) {
      throw new KindlingException(
          "Cannot read "
              + input
              + ": expected the files data_batch_*.bin and test_batch.bin of CIFAR-10, found none");
    }
    JavaRDD<Row> rows =
        TaskRows.of(context, ranges, range -> new Rows(files, batches.get(range.file()), range));
    return ExampleSchema.IMAGE.of(spark, rows, classNames(files, folder), splits);
  }

  /** The folder itself, or the one that the published archive holds. */
  private static Path folder(SourceFiles files, String input) {
    FileStatus status = files.status(input);
    if (!status.isDirectory()) {
      throw new KindlingException(
          "Cannot read " + input + ": expected a folder with data_batch_*.bin, found a file");
    }
    for (FileStatus entry : files.visible(status.getPath())) {
      if (entry.isDirectory() && entry.getPath().getName().equals("cifar-10-batches-bin")) {
        return entry.getPath();
      }
    }
    return status.getPath();
  }

  private static long requireRecords(FileStatus file) {
    if (file.getLen() % RECORD_BYTES != 0) {
      throw new KindlingException(
          "Cannot read "
              + file.getPath()
              + ": expected a multiple of "
              + RECORD_BYTES
              + " bytes, found "
              + file.getLen()
              + ": the file is truncated or not CIFAR-10");
    }
    return file.getLen() / RECORD_BYTES;
  }

  private static List<String> classNames(SourceFiles files, Path folder) {
    Path meta = new Path(folder, "batches.meta.txt");
    try {
      if (!files.fileSystem(meta).exists(meta)) {
        return CLASS_NAMES;
      }
      try (InputStream stream = files.open(meta, 0)) {
        List<String> names =
            new String(stream.readNBytes(1 << 16), StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        if (names.size() != CLASS_NAMES.size()) {
          throw new KindlingException(
              "Cannot read "
                  + meta
                  + ": expected "
                  + CLASS_NAMES.size()
                  + " class names, found "
                  + names.size());
        }
        return names;
      }
    } catch (IOException e) {
      throw IdxReader.unreadable(meta.toString(), e);
    }
  }

  private static final class Rows implements Iterator<Row> {
    private final Batch batch;
    private final RecordRange range;
    private final InputStream stream;
    private long next;

    Rows(SourceFiles files, Batch batch, RecordRange range) throws IOException {
      this.batch = batch;
      this.range = range;
      this.next = range.from();
      this.stream = files.open(new Path(batch.file()), range.from() * RECORD_BYTES);
      TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> close());
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
      String origin = batch.file() + "#" + next;
      byte[] bytes = readRecord();
      next++;
      int label = bytes[0] & 0xff;
      if (label >= CLASS_NAMES.size()) {
        return ExampleSchema.bad(
            origin, null, batch.split(), IdxReader.outOfRange(label, CLASS_NAMES.size()));
      }
      Pixels pixels = new Pixels(SIDE, SIDE, 3, interleaved(bytes));
      return ExampleSchema.good(origin, ImageRows.toRow(origin, pixels), label, batch.split());
    }

    private byte[] readRecord() {
      try {
        byte[] bytes = stream.readNBytes(RECORD_BYTES);
        if (bytes.length < RECORD_BYTES) {
          throw new KindlingException(
              "Cannot read " + batch.file() + ": the file ended at image " + next);
        }
        return bytes;
      } catch (IOException e) {
        throw IdxReader.unreadable(batch.file(), e);
      }
    }

    private static byte[] interleaved(byte[] planes) {
      byte[] pixels = new byte[3 * PLANE];
      for (int i = 0; i < PLANE; i++) {
        pixels[3 * i] = planes[1 + 2 * PLANE + i];
        pixels[3 * i + 1] = planes[1 + PLANE + i];
        pixels[3 * i + 2] = planes[1 + i];
      }
      return pixels;
    }

    private void close() {
      try {
        stream.close();
      } catch (IOException e) {
        throw IdxReader.unreadable(batch.file(), e);
      }
    }
  }
}
