/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.BadRowPolicy;
import io.kindling.data.KindlingException;
import io.kindling.data.image.ImageCodec;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import io.kindling.data.prepare.DataSetWriter;
import io.kindling.data.prepare.WriteReport;
import io.kindling.testkit.LocalSpark;
import io.kindling.testkit.RealData;
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
class ImageFolderReaderTest {
  @TempDir Path folder;

  private final ImageFolderReader reader = new ImageFolderReader(0);

  /** A 2 x 1 picture, grey and then colour. */
  private static byte[] png(int seed, int channels) {
    byte[] data = new byte[2 * channels];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) (seed + 10 * i);
    }
    return ImageCodec.encodePng(new Pixels(1, 2, channels, data));
  }

  private void put(String path, byte[] content) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private Dataset<Row> read(SparkSession spark) {
    return reader.read(spark, folder.toString());
  }

  private String refused(SparkSession spark) {
    return assertThrows(KindlingException.class, () -> read(spark)).getMessage();
  }

  private static String[] classNames(Dataset<Row> rows) {
    return ((NominalAttribute) Attribute.fromStructField(rows.schema().apply("label")))
        .values()
        .get();
  }

  @Test
  void readsTheTestImagesOfCifar10(SparkSession spark) {
    Dataset<Row> rows = new ImageFolderReader(3).read(spark, RealData.cifar10() + "/test");
    WriteReport report =
        new DataSetWriter(BadRowPolicy.FAIL, false).write(rows, folder.resolve("set").toString());
    assertEquals(10_000, report.rowsWritten());
    Dataset<Row> back = spark.read().parquet(report.output());
    assertEquals(10, back.select("label").distinct().count());
    assertEquals(10_000, back.filter("image.height = 32 and image.nChannels = 3").count());
    assertEquals(1000, back.filter("label = 9 and origin like '%/truck/%'").count());
    assertEquals("truck", classNames(back)[9]);
  }

  @Test
  void classesAreTheSortedFolderNames(SparkSession spark) throws Exception {
    put("dog/1.png", png(1, 1));
    put("cat/a b#1%20ü.png", png(2, 3));
    put("cat/2.png", png(3, 1));
    Dataset<Row> rows = read(spark);

    assertArrayEquals(new String[] {"cat", "dog"}, classNames(rows));
    List<Row> cats = rows.filter("label = 0").orderBy("origin").collectAsList();
    assertEquals(2, cats.size());
    Row odd = cats.get(1);
    assertEquals("file:" + folder.resolve("cat/a b#1%20ü.png"), odd.getString(0));
    Pixels pixels = ImageRows.pixels(odd.getStruct(1));
    assertEquals(new Pixels(1, 2, 3, new byte[] {2, 12, 22, 32, 42, 52}), pixels);
    assertNull(odd.getString(3));
    assertNull(odd.getString(4));
  }

  @Test
  void splitsAreFoldersAboveTheClassesAndLabelsAreTheSameInAll(SparkSession spark)
      throws Exception {
    put("train/b/1.png", png(1, 1));
    put("train/c/1.png", png(1, 1));
    put("val/c/1.png", png(1, 1));
    put("test/a/1.png", png(1, 1));
    put("test/c/1.png", png(1, 1));
    Dataset<Row> rows = read(spark);

    assertArrayEquals(new String[] {"a", "b", "c"}, classNames(rows));
    assertEquals(3, rows.filter("label = 2").count());
    assertEquals(1, rows.filter("split = 'validation' and label = 2").count());
    assertEquals(1, rows.filter("split = 'test' and label = 0").count());
    assertArrayEquals(
        new String[] {"test", "train", "validation"},
        rows.schema().apply("split").metadata().getStringArray("splits"));
  }

  @Test
  void hiddenFilesAreNoRowsAndAllOthersAre(SparkSession spark) throws Exception {
    put("cat/1.png", png(1, 1));
    put("cat/.DS_Store", png(1, 1));
    put("cat/_SUCCESS", new byte[0]);
    put(".cache/1.png", png(1, 1));
    put("_SUCCESS", new byte[0]);
    put("README.txt", new byte[3]);
    put("cat/fluffy/deep/2.png", png(2, 1));
    put("cat/words.png", "hello world, no image".getBytes(StandardCharsets.UTF_8));
    put("cat/empty.jpg", new byte[0]);
    List<Row> rows = read(spark).orderBy("origin").collectAsList();

    assertEquals(4, rows.size());
    List<Row> bad = rows.stream().filter(row -> !row.isNullAt(4)).toList();
    assertEquals(2, bad.size());
    assertTrue(bad.get(0).getString(0).endsWith("cat/empty.jpg"));
    assertTrue(bad.get(1).getString(0).endsWith("cat/words.png"));
    assertTrue(bad.get(1).getString(4).contains("hello"), bad.get(1).getString(4));
    assertNull(bad.get(1).get(1));
  }

  @Test
  void namesThatBeginWithAnUnderscoreAreReadLikeAnyOther(SparkSession spark) throws Exception {
    put("_background_/_DSC1.png", png(1, 1));
    put("cat/_MG_1234.png", png(1, 1));
    put("cat/_more/2.png", png(1, 1));
    Dataset<Row> rows = read(spark);

    assertArrayEquals(new String[] {"_background_", "cat"}, classNames(rows));
    assertEquals(1, rows.filter("label = 0 and problem is null").count());
    assertEquals(2, rows.filter("label = 1 and problem is null").count());
  }

  @Test
  void aFileThatCannotBeOpenedIsABadRow(SparkSession spark) throws Exception {
    put("cat/1.png", png(1, 1));
    put("cat/12:30.png", png(1, 1));
    List<Row> bad = read(spark).filter("problem is not null").orderBy("origin").collectAsList();
    assertEquals(1, bad.size());
    assertTrue(bad.get(0).getString(4).startsWith("cannot be opened: "), bad.get(0).getString(4));
  }

  @Test
  void aCorruptImageAmongGoodOnesIsQuarantined(SparkSession spark) throws Exception {
    for (int i = 0; i < 20; i++) {
      put("cat/" + i + ".png", png(i, 1));
    }
    byte[] torn = png(1, 1);
    put("cat/torn.png", Arrays.copyOf(torn, torn.length - 30));
    Path output = folder.resolveSibling(folder.getFileName() + "-set");
    WriteReport report =
        new DataSetWriter(BadRowPolicy.QUARANTINE, false).write(read(spark), output.toString());
    assertEquals(21, report.rowsRead());
    assertEquals(20, report.rowsWritten());
    Row bad = spark.read().parquet(report.quarantine()).first();
    assertTrue(bad.<String>getAs("origin").endsWith("cat/torn.png"));
  }

  @Test
  void imagesAreBroughtToTheWantedChannels(SparkSession spark) throws Exception {
    put("cat/1.png", png(1, 1));
    put("cat/2.png", png(1, 4));
    Dataset<Row> rows = new ImageFolderReader(3).read(spark, folder.toString());
    assertEquals(2, rows.filter("image.nChannels = 3 and image.mode = 16").count());
  }

  @Test
  void aMissingFolderIsNamed(SparkSession spark) {
    assertEquals(
        "Cannot read " + folder + "/none: there is no such file or folder",
        assertThrows(KindlingException.class, () -> reader.read(spark, folder + "/none"))
            .getMessage());
  }

  @Test
  void noClassFoldersAreNamed(SparkSession spark) throws Exception {
    put("1.png", png(1, 1));
    assertTrue(
        refused(spark).contains(": expected a folder for each class, as in "), refused(spark));
    Files.createDirectories(folder.resolve("train"));
    assertTrue(refused(spark).endsWith(", found none"), refused(spark));
  }

  @Test
  void classFoldersWithoutFilesAreNamed(SparkSession spark) throws Exception {
    Files.createDirectories(folder.resolve("cat/deeper"));
    Files.createDirectories(folder.resolve("dog"));
    assertEquals("Cannot read " + folder + ": its 2 class folders hold no files", refused(spark));
  }

  @Test
  void splitsBesideClassesAreRefused(SparkSession spark) throws Exception {
    put("train/cat/1.png", png(1, 1));
    put("dog/1.png", png(1, 1));
    assertEquals(
        "Cannot read "
            + folder
            + ": expected folders of splits or folders of classes, found both: dog, train; move or"
            + " rename what does not belong",
        refused(spark));
  }

  @Test
  void channelsThatCannotBeAreNamed() {
    assertEquals(
        "Cannot read images with channels = 2: it must be 0, 1, 3 or 4",
        assertThrows(KindlingException.class, () -> new ImageFolderReader(2)).getMessage());
  }
}
