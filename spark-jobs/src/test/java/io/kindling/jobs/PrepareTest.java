/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.testkit.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The job prepare on texts and sequences, as a user runs it. */
@ExtendWith(LocalSpark.class)
class PrepareTest {
  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int prepare(SparkSession spark, String... settings) {
    assertFalse(spark.sparkContext().isStopped());
    List<String> arguments = new ArrayList<>(List.of("prepare"));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    arguments.addAll(List.of("--set", "output=" + folder.resolve("set")));
    out.reset();
    err.reset();
    return Main.run(
        arguments,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new Console(new PrintStream(err, true, StandardCharsets.UTF_8), false));
  }

  private JsonNode summary() throws IOException {
    return new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
  }

  private Dataset<Row> written(SparkSession spark) {
    return spark.read().parquet(folder.resolve("set").toString());
  }

  private String error() {
    List<String> lines = err.toString(StandardCharsets.UTF_8).lines().toList();
    return lines.get(lines.size() - 1);
  }

  private static String[] classNames(Dataset<Row> rows) {
    return ((NominalAttribute) Attribute.fromStructField(rows.schema().apply("label")))
        .values()
        .get();
  }

  @Test
  void reviewsNeedNoInput(SparkSession spark) throws Exception {
    assertEquals(
        0, prepare(spark, "format=generated-reviews", "generated.rows=200"), err::toString);

    assertEquals(200, summary().get("rowsWritten").asLong());
    Dataset<Row> rows = written(spark);
    assertArrayEquals(new String[] {"origin", "text", "label", "split"}, rows.columns());
    assertArrayEquals(new String[] {"negative", "positive"}, classNames(rows));
    assertEquals(2, rows.select("split").distinct().count());
  }

  @Test
  void sequencesHaveClassesOrNumbers(SparkSession spark) throws Exception {
    assertEquals(
        0, prepare(spark, "format=generated-sequences", "generated.rows=100"), err::toString);
    Dataset<Row> rows = written(spark);
    assertArrayEquals(new String[] {"origin", "sequence", "label", "split"}, rows.columns());
    assertEquals("array<array<float>>", rows.schema().apply("sequence").dataType().catalogString());
    assertArrayEquals(new String[] {"sine", "sawtooth", "autoregressive"}, classNames(rows));

    assertEquals(
        0,
        prepare(
            spark,
            "format=generated-sequences",
            "generated.rows=100",
            "generated.task=regression",
            "generated.steps=10",
            "generated.width=3",
            "overwrite=true"),
        err::toString);
    rows = written(spark);
    assertFalse(rows.schema().apply("label").metadata().contains("ml_attr"));
    assertEquals(
        100, rows.filter("size(sequence) between 5 and 10 and size(sequence[0]) = 3").count());
    assertTrue(rows.filter("label != floor(label)").count() > 90);
  }

  @Test
  void imdbIsReadFromItsFolderAndBadReviewsAreSetAside(SparkSession spark) throws Exception {
    for (String name : List.of("train/pos/1.txt", "train/neg/2.txt", "test/neg/3.txt")) {
      Path file = folder.resolve("in/aclImdb").resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "about " + name);
    }
    Files.write(folder.resolve("in/aclImdb/test/neg/4.txt"), new byte[] {'a', (byte) 0xff});
    assertEquals(
        0,
        prepare(spark, "format=imdb", "input=" + folder.resolve("in"), "on-bad-row=quarantine"),
        err::toString);

    assertEquals(4, summary().get("rowsRead").asLong());
    assertEquals(3, summary().get("rowsWritten").asLong());
    assertEquals(1, summary().get("rowsBad").asLong());
    assertEquals(1, written(spark).filter("split = 'test'").count());
    assertEquals(
        "no UTF-8: byte 0xFF at position 1 of the file",
        spark.read().parquet(summary().get("quarantine").asText()).first().getAs("problem"));
  }

  @Test
  void imagesOfTextsAreAnError(SparkSession spark) {
    assertEquals(
        2, prepare(spark, "format=text-folder", "input=a", "image.height=3", "image.width=3"));
    assertEquals(
        "error: Cannot prepare: image.height is set, but format is 'text-folder', which has no"
            + " images; leave image.* out",
        error());
  }

  @Test
  void aTableOfTextsKeepsItsSplitsAndItsNumbers(SparkSession spark) throws Exception {
    Path file = Files.createDirectories(folder.resolve("in")).resolve("a.tsv");
    Files.writeString(file, "review\tstars\tpart\ngood\t4.5\ttrain\nbad\t1\ttest\nodd\t?\ttest\n");
    assertEquals(
        0,
        prepare(
            spark,
            "format=csv",
            "input=" + file,
            "csv.delimiter=tab",
            "columns.text=review",
            "columns.label=stars",
            "columns.label-type=number",
            "columns.split=part",
            "on-bad-row=skip"),
        err::toString);

    assertEquals(3, summary().get("rowsRead").asLong());
    assertEquals(1, summary().get("rowsBad").asLong());
    Row good = written(spark).filter("split = 'train'").first();
    assertEquals("good", good.getAs("text"));
    assertEquals(4.5, good.<Double>getAs("label"));
    assertFalse(good.schema().apply("label").metadata().contains("ml_attr"));
  }

  @Test
  void aTableOfSequencesIsReadFromJsonLinesAndFromParquet(SparkSession spark) throws Exception {
    Path file = Files.createDirectories(folder.resolve("in")).resolve("a.jsonl");
    Files.writeString(file, "{\"xs\": [[1, 2], [3, 4]], \"label\": \"up\"}\n");
    assertEquals(
        0,
        prepare(
            spark, "format=json-lines", "input=" + file, "columns.sequence=xs", "splits.test=0"),
        err::toString);
    assertArrayEquals(new String[] {"up"}, classNames(written(spark)));

    Path first = folder.resolve("first");
    Files.move(folder.resolve("set"), first);
    assertEquals(
        0,
        prepare(spark, "format=parquet", "input=" + first, "columns.sequence=sequence"),
        err::toString);
    assertEquals(
        "[[1.0, 2.0], [3.0, 4.0]]",
        written(spark).selectExpr("cast(sequence as string)").first().getString(0));
    assertArrayEquals(new String[] {"up"}, classNames(written(spark)));
  }

  @Test
  void keysOfTablesAreErrorsElsewhere(SparkSession spark) {
    assertEquals(2, prepare(spark, "format=imdb", "columns.label-type=number"));
    assertEquals(
        "error: Cannot prepare: columns.label-type is set, but format is 'imdb', which has no"
            + " columns; leave it out, or set format to csv, json-lines or parquet",
        error());
    assertEquals(2, prepare(spark, "format=csv", "input=a", "columns.sequence=b"));
    assertEquals(
        "error: Cannot prepare: columns.sequence is set, but format is 'csv', which has no"
            + " sequences; use json-lines or parquet",
        error());
    assertEquals(2, prepare(spark, "format=csv", "input=a", "csv.delimiter=::"));
    assertEquals(
        "error: Cannot read the configuration: csv.delimiter is '::' (--set csv.delimiter=::);"
            + " wanted: one ASCII character, not a quote, or tab",
        error());
  }
}
