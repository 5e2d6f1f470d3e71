/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kindling.data.BadRowPolicy;
import io.kindling.data.KindlingException;
import io.kindling.data.catalogue.PublicDataSet;
import io.kindling.data.prepare.DataSetWriter;
import io.kindling.data.prepare.Splitter;
import io.kindling.data.prepare.WriteReport;
import io.kindling.testkit.LocalSpark;
import io.kindling.testkit.RealData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalSpark.class)
class TextFolderReaderTest {
  @TempDir Path folder;

  private void put(String path, byte[] content) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private void put(String path, String content) throws IOException {
    put(path, content.getBytes(StandardCharsets.UTF_8));
  }

  private Dataset<Row> read(SparkSession spark) {
    return new TextFolderReader().read(spark, folder.toString());
  }

  /** Text, or else problem, by the end of the path. */
  private Map<String, String> found(Dataset<Row> rows) {
    int start = ("file:" + folder + "/").length();
    return rows.collectAsList().stream()
        .collect(
            Collectors.toMap(
                row -> row.getString(0).substring(start),
                row -> row.isNullAt(4) ? row.getString(1) : "bad: " + row.getString(4)));
  }

  private static String[] classNames(Dataset<Row> rows) {
    return ((NominalAttribute) Attribute.fromStructField(rows.schema().apply("label")))
        .values()
        .get();
  }

  @Test
  void theReviewsOfImdbAreReadWhole(SparkSession spark) {
    Path input = RealData.imdb();
    Dataset<Row> rows = PublicDataSet.IMDB.reader().read(spark, input.getParent().toString());
    WriteReport report =
        new DataSetWriter(BadRowPolicy.FAIL, false)
            .write(new Splitter(0, 0.2, 1).assign(rows), folder.resolve("set").toString(), "split");

    assertEquals(50_000, report.rowsRead());
    assertEquals(50_000, report.rowsWritten());
    Dataset<Row> back = spark.read().parquet(report.output());
    assertEquals(25_000, back.filter("split = 'train'").count());
    assertEquals(25_000, back.filter("split = 'test'").count());
    assertEquals(12_500, back.filter("split = 'train' and label = 1").count());
    assertEquals(12_500, back.filter("split = 'test' and label = 1").count());
    assertEquals(25_000, back.filter("label = 1 and origin like '%/pos/%'").count());
    assertArrayEquals(new String[] {"neg", "pos"}, classNames(back));
    assertEquals(
        "I went and saw this movie last night after being coaxed to by a few friends of mine.",
        back.filter("origin like '%/test/pos/0_10.txt'")
            .selectExpr("substring_index(text, '.', 1) || '.'")
            .first()
            .getString(0));
  }

  @Test
  void textsAreKeptAsTheyAre(SparkSession spark) throws Exception {
    put("pos/1.txt", " Voilà!\r\n<br /> 漢字 😀\n");
    put("neg/empty.txt", "");
    put("neg/bom.txt", "\ufeffwith a byte order mark");
    put("neg/README", "no .txt, but a file of the class");
    Dataset<Row> rows = read(spark);

    assertArrayEquals(new String[] {"neg", "pos"}, classNames(rows));
    assertArrayEquals(ExampleSchema.TEXT.columns().fieldNames(), rows.columns());
    assertEquals(
        Map.of(
            "pos/1.txt",
            " Voilà!\r\n<br /> 漢字 😀\n",
            "neg/empty.txt",
            "",
            "neg/bom.txt",
            "with a byte order mark",
            "neg/README",
            "no .txt, but a file of the class"),
        found(rows));
    assertEquals(1, rows.filter("label = 1").count());
    assertEquals(4, rows.filter("split is null and problem is null").count());
  }

  @Test
  void brokenUtf8IsABadRowThatNamesTheByte(SparkSession spark) throws Exception {
    put("pos/latin-1.txt", "caf\u00e9 noir".getBytes(StandardCharsets.ISO_8859_1));
    put("pos/cut.txt", new byte[] {'a', 'b', (byte) 0xe2, (byte) 0x82});
    put("pos/overlong.txt", new byte[] {(byte) 0xc0, (byte) 0x80});
    put("pos/surrogate.txt", new byte[] {'a', (byte) 0xed, (byte) 0xa0, (byte) 0x80});
    put("neg/utf-16.txt", "\ufeffwide".getBytes(StandardCharsets.UTF_16LE));
    put("neg/bom.txt", new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, 'a', (byte) 0xff});
    Dataset<Row> rows = read(spark);

    assertEquals(
        Map.of(
            "pos/latin-1.txt",
            "bad: no UTF-8: byte 0xE9 at position 3 of the file",
            "pos/cut.txt",
            "bad: no UTF-8: byte 0xE2 at position 2 of the file",
            "pos/overlong.txt",
            "bad: no UTF-8: byte 0xC0 at position 0 of the file",
            "pos/surrogate.txt",
            "bad: no UTF-8: byte 0xED at position 1 of the file",
            "neg/utf-16.txt",
            "bad: no UTF-8: byte 0xFF at position 0 of the file, which begins as UTF-16 does",
            "neg/bom.txt",
            "bad: no UTF-8: byte 0xFF at position 4 of the file"),
        found(rows));
    assertEquals(6, rows.filter("text is null and label is not null").count());
  }

  @Test
  void aBadTextEndsTheJobWithItsFileUnlessThePolicyLetsItGo(SparkSession spark) throws Exception {
    put("pos/1.txt", "fine");
    put("pos/2.txt", new byte[] {(byte) 0xff});
    String output = folder.resolveSibling(folder.getFileName() + "-set").toString();
    assertEquals(
        "Cannot use file:"
            + folder
            + "/pos/2.txt: no UTF-8: byte 0xFF at position 0 of the file; set on-bad-row to skip"
            + " or quarantine to go on without bad rows",
        assertThrows(
                KindlingException.class,
                () -> new DataSetWriter(BadRowPolicy.FAIL, false).write(read(spark), output))
            .getMessage());

    WriteReport report =
        new DataSetWriter(BadRowPolicy.QUARANTINE, false).write(read(spark), output);
    assertEquals(
        List.of(2L, 1L, 1L), List.of(report.rowsRead(), report.rowsWritten(), report.rowsBad()));
    Row bad = spark.read().parquet(report.quarantine()).first();
    assertEquals("file:" + folder + "/pos/2.txt", bad.getAs("origin"));
    assertNull(bad.getAs("text"));
  }

  @Test
  void textsWithoutLabelsAreLeftOut(SparkSession spark) throws Exception {
    put("train/pos/1.txt", "a");
    put("train/neg/1.txt", "b");
    put("train/unsup/1.txt", "c");
    put("train/labeledBow.feat", "d");
    put("val/pos/1.txt", "e");
    put("test/neg/1.txt", "f");
    put("imdb.vocab", "g");
    Dataset<Row> rows = read(spark);

    assertArrayEquals(new String[] {"neg", "pos"}, classNames(rows));
    assertEquals(
        Map.of(
            "train/pos/1.txt",
            "a",
            "train/neg/1.txt",
            "b",
            "val/pos/1.txt",
            "e",
            "test/neg/1.txt",
            "f"),
        found(rows));
    assertEquals("e", rows.filter("split = 'validation'").first().getString(1));
    assertArrayEquals(
        new String[] {"test", "train", "validation"},
        rows.schema().apply("split").metadata().getStringArray("splits"));
  }

  @Test
  void theFolderOfAnArchiveIsEnteredWhereItIsThere(SparkSession spark) throws Exception {
    put("aclImdb/train/pos/1.txt", "a");
    TextFolderReader reader = new TextFolderReader("aclImdb");
    for (String input : List.of(folder.toString(), folder + "/aclImdb")) {
      assertEquals("a", reader.read(spark, input).first().getString(1));
    }
  }

  @Test
  void aFolderWithoutClassesIsNamed(SparkSession spark) throws Exception {
    put("1.txt", "a");
    assertEquals(
        "Cannot read "
            + folder
            + ": expected a folder for each class, as in "
            + folder
            + "/pos/1.txt or "
            + folder
            + "/train/pos/1.txt, found none",
        assertThrows(KindlingException.class, () -> read(spark)).getMessage());
  }
}
