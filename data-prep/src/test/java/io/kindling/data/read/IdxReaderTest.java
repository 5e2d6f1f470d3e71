/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.BadRowPolicy;
import io.kindling.data.KindlingException;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import io.kindling.data.prepare.DataSetWriter;
import io.kindling.data.prepare.WriteReport;
import io.kindling.testkit.LocalSpark;
import io.kindling.testkit.RealData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalSpark.class)
class IdxReaderTest {
  @TempDir Path folder;

  private final IdxReader reader = new IdxReader();

  private void put(String name, byte[] content) throws IOException {
    Files.write(folder.resolve(name), content);
  }

  private Dataset<Row> read(SparkSession spark) {
    return reader.read(spark, folder.toString());
  }

  private String refused(SparkSession spark) {
    return assertThrows(KindlingException.class, () -> read(spark)).getMessage();
  }

  /** The error of a data set that is found bad only while it is being written. */
  private String failure(SparkSession spark) {
    Dataset<Row> rows = read(spark);
    DataSetWriter writer = new DataSetWriter(BadRowPolicy.SKIP, false);
    Path output = folder.resolve("output");
    String message =
        assertThrows(KindlingException.class, () -> writer.write(rows, output.toString()))
            .getMessage();
    assertFalse(Files.exists(output), "nothing half-written");
    return message;
  }

  @Test
  void readsMnistWhole(SparkSession spark) {
    Dataset<Row> rows = reader.read(spark, RealData.mnist().toString());
    WriteReport report =
        new DataSetWriter(BadRowPolicy.FAIL, false)
            .write(rows, folder.resolve("mnist").toString(), "split");
    assertEquals(70_000, report.rowsRead());
    assertEquals(70_000, report.rowsWritten());
    Dataset<Row> back = spark.read().parquet(report.output());
    assertEquals(60_000, back.filter("split = 'train'").count());
    assertEquals(70_000, back.select("origin").distinct().count());
    // The published number of ones and zeros among the test images.
    assertEquals(1135, back.filter("split = 'test' and label = 1").count());
    assertEquals(980, back.filter("split = 'test' and label = 0").count());
    Row first = back.filter("origin like '%train-images%#0'").first();
    assertEquals(5.0, first.getDouble(first.fieldIndex("label")), "the first image is a five");
  }

  @Test
  void slicesOfAPackedFileGiveEachImageOnceWithItsLabel(SparkSession spark) throws Exception {
    put("train-images-idx3-ubyte.gz", IdxFiles.gzip(IdxFiles.images(6001)));
    put("train-labels-idx1-ubyte", IdxFiles.labels(6001));
    Dataset<Row> rows = read(spark);

    assertEquals(2, rows.rdd().getNumPartitions());
    List<Row> all = rows.collectAsList();
    assertEquals(6001, all.size());
    for (int i = 0; i < all.size(); i++) {
      String origin = "file:" + folder.resolve("train-images-idx3-ubyte.gz") + "#" + i;
      Row row = all.get(i);
      assertEquals(origin, row.getString(0));
      assertEquals(origin, row.getStruct(1).getString(0));
      Pixels pixels = ImageRows.pixels(row.getStruct(1));
      assertEquals(List.of(3, 2, 1), List.of(pixels.height(), pixels.width(), pixels.channels()));
      assertEquals((7 * i) & 0xff, pixels.at(0, 0, 0));
      assertEquals((7 * i + 5) & 0xff, pixels.at(2, 1, 0));
      assertEquals(i % 10, row.getDouble(2));
      assertEquals("train", row.getString(3));
      assertNull(row.get(4));
    }
  }

  @Test
  void gzipIsKnownByItsBytesNotByItsName(SparkSession spark) throws Exception {
    put("t10k-images.idx3-ubyte", IdxFiles.gzip(IdxFiles.images(20)));
    put("t10k-labels.idx1-ubyte.gz", IdxFiles.labels(20));
    Dataset<Row> rows = read(spark);
    assertEquals(20, rows.filter("split = 'test' and problem is null").count());
  }

  @Test
  void aSingleImagesFileFindsItsLabelsAndHasNoSplit(SparkSession spark) throws Exception {
    put("scans-images-idx3-ubyte", IdxFiles.images(5));
    put("scans-labels-idx1-ubyte.gz", IdxFiles.gzip(IdxFiles.labels(5)));
    put("other-images-idx3-ubyte", IdxFiles.images(5));
    Dataset<Row> rows = reader.read(spark, folder.resolve("scans-images-idx3-ubyte").toString());
    assertEquals(5, rows.filter("split is null").count());
  }

  @Test
  void aPlainFileBesideItsPackedTwinIsReadOnce(SparkSession spark) throws Exception {
    put("train-images-idx3-ubyte", IdxFiles.images(5));
    put("train-images-idx3-ubyte.gz", IdxFiles.gzip(IdxFiles.images(5)));
    put("train-labels-idx1-ubyte", IdxFiles.labels(5));
    assertEquals(5, read(spark).count());
  }

  @Test
  void theLabelCarriesItsClassNames(SparkSession spark) throws Exception {
    put("train-images-idx3-ubyte", IdxFiles.images(5));
    put("train-labels-idx1-ubyte", IdxFiles.labels(5));
    NominalAttribute label =
        (NominalAttribute) Attribute.fromStructField(read(spark).schema().apply("label"));
    assertEquals(10, label.values().get().length);
    assertEquals("9", label.getValue(9));
  }

  @Test
  void aLabelOutOfRangeIsABadRow(SparkSession spark) throws Exception {
    put("train-images-idx3-ubyte", IdxFiles.images(10));
    put("train-labels-idx1-ubyte", IdxFiles.labels(10));
    List<Row> bad =
        new IdxReader(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i"))
            .read(spark, folder.toString())
            .filter("problem is not null")
            .collectAsList();
    assertEquals(1, bad.size());
    assertTrue(bad.get(0).getString(0).endsWith("#9"));
    assertNull(bad.get(0).get(1));
    assertEquals("label 9 is out of range: there are 9 classes, from 0", bad.get(0).getString(4));
  }

  @Test
  void aTruncatedPlainFileIsRefusedAtOnce(SparkSession spark) throws Exception {
    put("train-images-idx3-ubyte", Arrays.copyOf(IdxFiles.images(10), 16 + 59));
    put("train-labels-idx1-ubyte", IdxFiles.labels(10));
    assertEquals(
        "Cannot read file:"
            + folder.resolve("train-images-idx3-ubyte")
            + ": expected 76 bytes (10 items of 6), found 75 bytes, so it is truncated",
        refused(spark));
  }

  @Test
  void trailingBytesOfAPlainFileAreRefusedAtOnce(SparkSession spark) throws Exception {
    put("train-images-idx3-ubyte", IdxFiles.images(10));
    put("train-labels-idx1-ubyte", Arrays.copyOf(IdxFiles.labels(10), 20));
    assertEquals(
        "Cannot read file:"
            + folder.resolve("train-labels-idx1-ubyte")
            + ": expected 18 bytes (10 items of 1), found 20 bytes, so it is too long",
        refused(spark));
  }

  @Test
  void aHeaderThatIsCutOffIsNamed(SparkSession spark) throws Exception {
    put("train-images-idx3-ubyte", Arrays.copyOf(IdxFiles.images(10), 9));
    put("train-labels-idx1-ubyte", IdxFiles.labels(10));
    assertTrue(
        refused(spark).endsWith(": expected a header of 16 bytes, found 9 bytes"), refused(spark));
    put("train-images-idx3-ubyte", Arrays.copyOf(IdxFiles.gzip(IdxFiles.images(10)), 14));
    assertTrue(refused(spark).startsWith("Cannot read file:"), refused(spark));
    put("train-images-idx3-ubyte", new byte[0]);
    assertTrue(refused(spark).endsWith("found 0 bytes"), refused(spark));
  }

  @Test
  void aPackedContentThatEndsEarlyIsFoundWhileReading(SparkSession spark) throws Exception {
    put(
        "train-images-idx3-ubyte.gz",
        IdxFiles.gzip(Arrays.copyOf(IdxFiles.images(10), 16 + 8 * 6 + 3)));
    put("train-labels-idx1-ubyte", IdxFiles.labels(10));
    assertEquals(
        "Cannot read file:"
            + folder.resolve("train-images-idx3-ubyte.gz")
            + ": expected 10 items of 6 bytes, found 8: the file is truncated",
        failure(spark));
  }

  @Test
  void aPackedFileThatIsCutOffIsFoundWhileReading(SparkSession spark) throws Exception {
    byte[] packed = IdxFiles.gzip(IdxFiles.images(6000));
    put("train-images-idx3-ubyte.gz", Arrays.copyOf(packed, packed.length / 2));
    put("train-labels-idx1-ubyte", IdxFiles.labels(6000));
    String message = failure(spark);
    assertTrue(message.contains(": expected 6000 items of 6 bytes, found "), message);
    assertTrue(message.endsWith("the file is truncated"), message);

    put("train-images-idx3-ubyte.gz", Arrays.copyOf(packed, packed.length - 4));
    assertTrue(failure(spark).endsWith("no end of the gzip stream: the file is truncated"));
  }

  @Test
  void aDamagedPackedFileIsFoundWhileReading(SparkSession spark) throws Exception {
    byte[] packed = IdxFiles.gzip(IdxFiles.images(10));
    packed[packed.length - 6] ^= 1; // the checksum
    put("train-images-idx3-ubyte.gz", packed);
    put("train-labels-idx1-ubyte", IdxFiles.labels(10));
    String message = failure(spark);
    assertTrue(message.contains(": expected a gzip stream, found damage at item 10"), message);
  }

  @Test
  void trailingBytesOfAPackedFileAreFoundWhileReading(SparkSession spark) throws Exception {
    byte[] labels = IdxFiles.labels(10);
    put("train-images-idx3-ubyte", IdxFiles.images(10));
    put("train-labels-idx1-ubyte.gz", IdxFiles.gzip(Arrays.copyOf(labels, labels.length + 1)));
    assertTrue(
        failure(spark)
            .endsWith(
                "train-labels-idx1-ubyte.gz: expected 10 items, found more bytes after the last"
                    + " one"));
  }

  @Test
  void aWrongMagicNumberIsNamed(SparkSession spark) throws Exception {
    put("train-images-idx3-ubyte", IdxFiles.labels(10));
    put("train-labels-idx1-ubyte", IdxFiles.labels(10));
    assertEquals(
        "Cannot read file:"
            + folder.resolve("train-images-idx3-ubyte")
            + ": expected the magic number 0x00000803 of IDX images, found 0x00000801",
        refused(spark));
  }

  @Test
  void differentCountsAreNamed(SparkSession spark) throws Exception {
    put("train-images-idx3-ubyte", IdxFiles.images(10));
    put("train-labels-idx1-ubyte", IdxFiles.labels(11));
    assertEquals(
        "Cannot read file:"
            + folder.resolve("train-images-idx3-ubyte")
            + ": expected as many labels as images, found 10 images and 11 labels in"
            + " train-labels-idx1-ubyte",
        refused(spark));
  }

  @Test
  void missingLabelsAreNamed(SparkSession spark) throws Exception {
    put("train-images-idx3-ubyte.gz", IdxFiles.gzip(IdxFiles.images(10)));
    put("t10k-labels-idx1-ubyte.gz", IdxFiles.gzip(IdxFiles.labels(10)));
    assertEquals(
        "Cannot read file:"
            + folder.resolve("train-images-idx3-ubyte.gz")
            + ": expected its labels beside it, found no train-labels-idx1-ubyte (or .gz)",
        refused(spark));
  }

  @Test
  void impossibleSizesAreNamed(SparkSession spark) throws Exception {
    put("train-images-idx3-ubyte", IdxFiles.idx(new byte[0], 0x0803, 1, -5, 28));
    put("train-labels-idx1-ubyte", IdxFiles.labels(1));
    assertTrue(refused(spark).endsWith("found [1, -5, 28]"), refused(spark));
  }

  @Test
  void imagesTooLargeToHoldAreRefusedAtOnce(SparkSession spark) throws Exception {
    put(
        "train-images-idx3-ubyte.gz",
        IdxFiles.gzip(IdxFiles.idx(new byte[0], 0x0803, 1, 8193, 8192)));
    put("train-labels-idx1-ubyte", IdxFiles.labels(1));
    assertEquals(
        "Cannot read file:"
            + folder.resolve("train-images-idx3-ubyte.gz")
            + ": expected a count from 0 and images of 1 to 67108864 pixels, found [1, 8193, 8192]",
        refused(spark));
    int most = Integer.MAX_VALUE;
    put("train-images-idx3-ubyte.gz", IdxFiles.idx(new byte[0], 0x0803, most, most, most));
    assertTrue(refused(spark).contains(" pixels, found [2147483647, "), refused(spark));
  }

  @Test
  void theSplitIsAWordOfTheFilesName(SparkSession spark) throws Exception {
    Map<String, String> splits =
        Map.of(
            "train", "train",
            "emnist-training", "train",
            "train2", "train",
            "validation", "validation",
            "val", "validation",
            "digits-valid", "validation",
            "t10k", "test",
            "Test", "test",
            "qmnist_test10k", "test");
    for (String prefix : splits.keySet()) {
      put(prefix + "-images-idx3-ubyte", IdxFiles.images(1));
      put(prefix + "-labels-idx1-ubyte", IdxFiles.labels(1));
    }
    put("valley-images-idx3-ubyte", IdxFiles.images(1));
    put("valley-labels-idx1-ubyte", IdxFiles.labels(1));
    List<Row> rows = read(spark).collectAsList();
    assertEquals(10, rows.size());
    for (Row row : rows) {
      String name = row.getString(0).replaceFirst(".*/(.*)-images-.*", "$1");
      assertEquals(splits.get(name), row.getString(3), name);
    }
  }

  @Test
  void aFolderWithoutImagesSaysWhatIsThere(SparkSession spark) throws Exception {
    assertTrue(refused(spark).endsWith("found an empty folder"), refused(spark));
    put("notes.txt", new byte[1]);
    assertTrue(refused(spark).endsWith("found notes.txt"), refused(spark));
    assertEquals(
        "Cannot read /no/such/folder: there is no such file or folder",
        assertThrows(KindlingException.class, () -> reader.read(spark, "/no/such/folder"))
            .getMessage());
  }
}
