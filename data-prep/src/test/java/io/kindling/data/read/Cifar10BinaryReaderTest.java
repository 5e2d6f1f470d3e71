/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalSpark.class)
class Cifar10BinaryReaderTest {
  @TempDir Path folder;

  private final Cifar10BinaryReader reader = new Cifar10BinaryReader();

  /** Records whose red, green and blue are {@code i, i + 1, i + 2}, with one brighter pixel. */
  private static byte[] batch(int count, int labelOfLast) {
    byte[] bytes = new byte[count * 3073];
    for (int i = 0; i < count; i++) {
      int at = i * 3073;
      bytes[at] = (byte) (i == count - 1 ? labelOfLast : i % 10);
      for (int channel = 0; channel < 3; channel++) {
        for (int p = 0; p < 1024; p++) {
          bytes[at + 1 + channel * 1024 + p] = (byte) (i + channel);
        }
      }
      // red, second row, fourth column
      bytes[at + 1 + 32 + 3] = (byte) 200;
    }
    return bytes;
  }

  private void put(String name, byte[] content) throws IOException {
    Files.write(folder.resolve(name), content);
  }

  private String refused(SparkSession spark) {
    return assertThrows(KindlingException.class, () -> reader.read(spark, folder.toString()))
        .getMessage();
  }

  @Test
  void planesBecomeBluegreenredPixels(SparkSession spark) throws Exception {
    put("data_batch_1.bin", batch(12, 1));
    put("data_batch_2.bin", batch(3, 2));
    put("test_batch.bin", batch(5, 4));
    put("readme.html", new byte[3]);
    Dataset<Row> rows = reader.read(spark, folder.toString());

    assertEquals(15, rows.filter("split = 'train'").count());
    assertEquals(5, rows.filter("split = 'test'").count());
    Row row = rows.filter("origin like '%data_batch_1.bin#7'").first();
    assertEquals(7.0, row.getDouble(2));
    Pixels pixels = ImageRows.pixels(row.getStruct(1));
    assertEquals(List.of(32, 32, 3), List.of(pixels.height(), pixels.width(), pixels.channels()));
    assertEquals(
        List.of(9, 8, 7), List.of(pixels.at(0, 0, 0), pixels.at(0, 0, 1), pixels.at(0, 0, 2)));
    assertEquals(200, pixels.at(1, 3, 2));
    assertEquals(8, pixels.at(1, 3, 1));
  }

  @Test
  void slicesOfABatchGiveEachRecordOnce(SparkSession spark) throws Exception {
    put("data_batch_1.bin", batch(5001, 1));
    Dataset<Row> rows = reader.read(spark, folder.toString());
    assertEquals(2, rows.rdd().getNumPartitions());
    assertEquals(5001, rows.select("origin").distinct().count());
    assertEquals(500, rows.filter("label = 3").count());
  }

  @Test
  void classNamesAreThePublishedOnesUnlessTheMetaFileSaysElse(SparkSession spark) throws Exception {
    put("data_batch_1.bin", batch(1, 1));
    assertEquals("truck", names(spark).getValue(9));
    put("batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n".getBytes(StandardCharsets.UTF_8));
    assertEquals("j", names(spark).getValue(9));
    put("batches.meta.txt", "a\nb\n".getBytes(StandardCharsets.UTF_8));
    assertTrue(refused(spark).endsWith("expected 10 class names, found 2"), refused(spark));
  }

  private NominalAttribute names(SparkSession spark) {
    Dataset<Row> rows = reader.read(spark, folder.toString());
    return (NominalAttribute) Attribute.fromStructField(rows.schema().apply("label"));
  }

  @Test
  void theFolderInTheArchiveIsFound(SparkSession spark) throws Exception {
    Path inner = Files.createDirectories(folder.resolve("cifar-10-batches-bin"));
    Files.write(inner.resolve("test_batch.bin"), batch(4, 0));
    assertEquals(4, reader.read(spark, folder.toString()).count());
  }

  @Test
  void aLabelAboveNineIsABadRow(SparkSession spark) throws Exception {
    put("data_batch_1.bin", batch(4, 10));
    Row bad = reader.read(spark, folder.toString()).filter("problem is not null").first();
    assertTrue(bad.getString(0).endsWith("data_batch_1.bin#3"));
    assertNull(bad.get(1));
    assertEquals("label 10 is out of range: there are 10 classes, from 0", bad.getString(4));
  }

  @Test
  void aLengthThatIsNoWholeNumberOfRecordsIsNamed(SparkSession spark) throws Exception {
    put("data_batch_1.bin", Arrays.copyOf(batch(2, 0), 6000));
    assertEquals(
        "Cannot read file:"
            + folder.resolve("data_batch_1.bin")
            + ": expected a multiple of 3073 bytes, found 6000: the file is truncated or not"
            + " CIFAR-10",
        refused(spark));
  }

  @Test
  void aFolderWithoutBatchesIsNamed(SparkSession spark) {
    assertEquals(
        "Cannot read "
            + folder
            + ": expected the files data_batch_*.bin and test_batch.bin of CIFAR-10, found none",
        refused(spark));
  }
}
