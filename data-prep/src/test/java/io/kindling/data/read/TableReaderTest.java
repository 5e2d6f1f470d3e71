/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.BadRowPolicy;
import io.kindling.data.KindlingException;
import io.kindling.data.generate.SequenceGenerator;
import io.kindling.data.prepare.DataSetWriter;
import io.kindling.data.prepare.Splitter;
import io.kindling.data.prepare.WriteReport;
import io.kindling.testkit.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
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

@ExtendWith(LocalSpark.class)
class TableReaderTest {
  private static final TableColumns COLUMNS = new TableColumns("text", "label");

  @TempDir Path folder;

  private String put(String name, String content) throws IOException {
    return put(name, content, StandardCharsets.UTF_8);
  }

  private String put(String name, String content, Charset charset) throws IOException {
    Path file = folder.resolve("in").resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content.getBytes(charset));
    return folder.resolve("in").toString();
  }

  private static Dataset<Row> csv(SparkSession spark, String input) {
    return TableReader.ofTexts(TableFormat.csv(',', true), COLUMNS).read(spark, input);
  }

  private static Dataset<Row> json(SparkSession spark, String input) {
    return TableReader.ofTexts(TableFormat.jsonLines(), COLUMNS).read(spark, input);
  }

  private static Dataset<Row> sequences(SparkSession spark, TableFormat format, String input) {
    return TableReader.ofSequences(format, new TableColumns("sequence", "label"))
        .read(spark, input);
  }

  private static String[] classNames(Dataset<Row> rows) {
    return ((NominalAttribute) Attribute.fromStructField(rows.schema().apply("label")))
        .values()
        .get();
  }

  /** Place in the file and text, or place and problem. */
  private static List<String> found(Dataset<Row> rows) {
    List<String> found = new ArrayList<>();
    for (Row row : rows.orderBy("origin").collectAsList()) {
      String origin = row.getString(0);
      found.add(
          origin.substring(origin.lastIndexOf('#'))
              + (row.isNullAt(4) ? " " + row.get(1) : " bad: " + row.getString(4)));
    }
    return found;
  }

  private static String refused(Runnable read) {
    return assertThrows(KindlingException.class, read::run).getMessage();
  }

  @Test
  void csvCellsMayHaveLineEndsDelimitersAndQuotes(SparkSession spark) throws Exception {
    String input =
        put(
            "a.csv",
            "id,label,text\n1,pos,\"line 1\nline 2, with a comma\"\n"
                + "2,neg,\"she said \"\"no\"\"\"\n3,pos,\n4,neg,\"\"\n5,pos,Voilà 漢字 \\ 😀\n");
    Dataset<Row> rows = csv(spark, input);

    assertArrayEquals(ExampleSchema.TEXT.columns().fieldNames(), rows.columns());
    assertArrayEquals(new String[] {"neg", "pos"}, classNames(rows));
    assertEquals(
        List.of(
            "#0 line 1\nline 2, with a comma",
            "#1 she said \"no\"",
            "#2 bad: no text (null)",
            "#3 ",
            "#4 Voilà 漢字 \\ 😀"),
        found(rows));
    assertEquals(2, rows.filter("label = 1 and problem is null").count());
  }

  @Test
  void malformedCsvRecordsAreBadRowsAndAllRowsAreCounted(SparkSession spark) throws Exception {
    String input = put("a.csv", "text,label\na,x\nb\nc,y,more\nd,y\ne,\n", StandardCharsets.UTF_8);
    Dataset<Row> rows = csv(spark, input);

    assertEquals(
        List.of(
            "#0 a",
            "#1 bad: malformed: not the 2 cells of the first record",
            "#2 bad: malformed: not the 2 cells of the first record",
            "#3 d",
            "#4 bad: no label (null)"),
        found(rows));
    WriteReport report =
        new DataSetWriter(BadRowPolicy.QUARANTINE, false)
            .write(
                new Splitter(0.1, 0.2, 1).assign(rows), folder.resolve("set").toString(), "split");
    assertEquals(
        List.of(5L, 2L, 3L), List.of(report.rowsRead(), report.rowsWritten(), report.rowsBad()));
    assertArrayEquals(new String[] {"x", "y"}, classNames(spark.read().parquet(report.output())));
  }

  @Test
  void anUnclosedQuoteLosesNoRowInSilence(SparkSession spark) throws Exception {
    String input = put("a.csv", "text,label\na,x\n\"open,x\nb,x\nc,x\n");

    assertEquals(
        List.of("#0 a", "#1 bad: malformed: not the 2 cells of the first record"),
        found(csv(spark, input)));
  }

  @Test
  void brokenUtf8InCsvIsABadRow(SparkSession spark) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes("text,label\nfine é,ü\n".getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes("caf\u00e9,x\n".getBytes(StandardCharsets.ISO_8859_1));
    bytes.writeBytes("fine,\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    String input =
        put("a.csv", bytes.toString(StandardCharsets.ISO_8859_1), StandardCharsets.ISO_8859_1);

    assertEquals(
        List.of(
            "#0 fine é",
            "#1 bad: no UTF-8: byte 0xE9 at position 3 of the cell of column text",
            "#2 bad: no UTF-8: byte 0xE9 at position 0 of the cell of column label"),
        found(csv(spark, input)));
    assertArrayEquals(new String[] {"ü"}, classNames(csv(spark, input)));
  }

  @Test
  void aByteOrderMarkIsTakenOffCsv(SparkSession spark) throws Exception {
    String input = put("a.csv", "\ufefftext,label\na é,x\n");
    put("b.csv", "text,label\nb,x\n");

    assertEquals(List.of("#0 a é", "#0 b"), found(csv(spark, input)));
  }

  @Test
  void wholeNumbersInCsvAreNumbersOfClasses(SparkSession spark) throws Exception {
    String input = put("a.tsv", "text\tlabel\na\t10\nb\t2\nc\t1.0\n");
    Dataset<Row> rows =
        TableReader.ofTexts(TableFormat.csv('\t', true), COLUMNS).read(spark, input);

    assertEquals(11, classNames(rows).length);
    assertEquals(
        List.of(1.0, 2.0, 10.0),
        rows.orderBy("label").collectAsList().stream().map(row -> row.getDouble(2)).toList());
  }

  @Test
  void csvWithoutAHeaderHasNumberedColumns(SparkSession spark) throws Exception {
    String input = put("a.csv", "\"3\",\"Wall St.\",\"Bears\"\n\"4\",\"Oil\",\"Soars\"\n");
    Dataset<Row> rows =
        TableReader.ofTexts(TableFormat.csv(',', false), new TableColumns("_c2", "_c0"))
            .read(spark, input);

    assertEquals(List.of("#0 Bears", "#1 Soars"), found(rows));
  }

  @Test
  void numbersToPredictHaveNoClassNames(SparkSession spark) throws Exception {
    String csv = put("a.csv", "text,label\na,0.5\nb,-3e2\nc,many\nd,NaN\n");
    TableColumns numbers = new TableColumns("text", "label", LabelType.NUMBER, null);
    Dataset<Row> rows = TableReader.ofTexts(TableFormat.csv(',', true), numbers).read(spark, csv);

    assertEquals(
        List.of(
            "#0 a",
            "#1 b",
            "#2 bad: label 'many' is no number",
            "#3 bad: label NaN is no finite number"),
        found(rows));
    assertEquals(-300.0, rows.filter("text = 'b'").first().getDouble(2));
    assertFalse(rows.schema().apply("label").metadata().contains("ml_attr"));
  }

  @Test
  void csvFilesOfDifferentColumnsAreRefused(SparkSession spark) throws Exception {
    String input = put("a.csv", "text,label\na,x\n");
    put("b.csv", "label,text\nx,b\n");

    String message = refused(() -> csv(spark, input));
    assertTrue(message.startsWith("Cannot read file:/"), message);
    assertTrue(message.contains("its columns are "), message);
    assertTrue(message.contains("; those of another file of the set are "), message);
  }

  @Test
  void missingColumnsAreNamedWithThoseThatAreThere(SparkSession spark) throws Exception {
    String csv = put("a.csv", "review,label,,review\na,x,y,z\n");
    String end = ": there is no column text; its columns are ";
    assertEquals(
        "Cannot read " + csv + end + "review, label, _c2, review", refused(() -> csv(spark, csv)));
    assertEquals(
        "Cannot read " + csv + ": there are two columns review in its header",
        refused(
            () ->
                TableReader.ofTexts(TableFormat.csv(',', true), new TableColumns("review", "label"))
                    .read(spark, csv)));
    Files.delete(folder.resolve("in/a.csv"));
    String json = put("a.json", "{\"review\": \"a\", \"label\": 1}\n");
    assertEquals("Cannot read " + json + end + "label, review", refused(() -> json(spark, json)));
    assertEquals(
        "Cannot read " + json + "x: there is no such file or folder",
        refused(() -> json(spark, json + "x")));
  }

  @Test
  void jsonLinesAreReadAndBrokenOnesNamedByTheirPlace(SparkSession spark) throws Exception {
    String[] lines = {
      "{\"text\": \"Voil\u00e0 \\n \\u6f22\", \"label\": \"b\", \"other\": [1, {}]}",
      "{\"text\": \"cut",
      "  ",
      "{\"text\": null, \"label\": \"a\"}",
      "{\"label\": \"a\"}",
      "{\"text\": 7, \"label\": \"a\"}",
      "{\"text\": \"\", \"label\": \"a\"}",
      "{\"text\": \"x\", \"label\": null}",
      "{\"text\": \"x\", \"label\": \"a\"} {\"text\": \"hidden\", \"label\": \"a\"}",
      "[1]",
      "{\"text\": \"\\ud800\", \"label\": \"a\"}"
    };
    String input = put("a.jsonl", "\ufeff" + String.join("\n", lines) + "\n");
    Dataset<Row> rows = json(spark, input);

    assertArrayEquals(new String[] {"a", "b"}, classNames(rows));
    List<String> problems =
        rows
            .selectExpr("concat(split(problem, ',')[0]) as p")
            .filter("p is not null")
            .orderBy("p")
            .collectAsList()
            .stream()
            .map(row -> row.getString(0))
            .toList();
    assertEquals(
        List.of(
            "broken JSON: Trailing token (of type START_OBJECT) found after value (bound as"
                + " `com.fasterxml.jackson.databind.JsonNode`): not allowed as per"
                + " `DeserializationFeature.FAIL_ON_TRAILING_TOKENS`",
            "broken JSON: Unexpected end-of-input: was expecting closing quote for a string value",
            "column text has half a surrogate pair",
            "no label (null)",
            "no text (null)",
            "no text (null)",
            "text is a number",
            "the line is an array"),
        problems);
    assertEquals(
        List.of("", "Voilà \n 漢"),
        rows.filter("problem is null").orderBy("text").collectAsList().stream()
            .map(row -> row.getString(1))
            .toList());
    int second = 3 + lines[0].getBytes(StandardCharsets.UTF_8).length + 1;
    assertEquals(1, rows.filter("origin like '%/a.jsonl#" + second + "'").count());
  }

  @Test
  void brokenUtf8InJsonLinesIsABadRow(SparkSession spark) throws Exception {
    String input =
        put(
            "a.jsonl",
            "{\"text\": \"fine\", \"label\": 0}\n{\"text\": \"caf\u00e9\", \"label\": 1}\n",
            StandardCharsets.ISO_8859_1);

    assertEquals(
        List.of("#0 fine", "#29 bad: no UTF-8: byte 0xE9 at position 13 of the line"),
        found(json(spark, input)));
  }

  @Test
  void splitsOfATableAreKept(SparkSession spark) throws Exception {
    String input =
        put("a.csv", "text,label,part\na,x,train\nb,x,val\nc,x,testing\nd,x,dev\ne,x,\n");
    TableColumns columns = new TableColumns("text", "label", LabelType.CLASS, "part");
    Dataset<Row> rows = TableReader.ofTexts(TableFormat.csv(',', true), columns).read(spark, input);

    assertEquals("b", rows.filter("split = 'validation'").first().getString(1));
    assertEquals("c", rows.filter("split = 'test'").first().getString(1));
    assertEquals("e", rows.filter("split is null and problem is null").first().getString(1));
    assertEquals(
        "split dev is none of train, validation and test",
        rows.filter("problem is not null").first().getString(4));
  }

  @Test
  void textsInParquetAreReadWithTheirClasses(SparkSession spark) {
    String input = folder.resolve("p").toString();
    spark
        .range(4)
        .selectExpr(
            "if(id = 3, null, if(id = 2, '', concat('text ', id))) as text",
            "if(id = 0, 'x', 'y') as label")
        .coalesce(1)
        .write()
        .parquet(input);
    Dataset<Row> rows = TableReader.ofTexts(TableFormat.parquet(), COLUMNS).read(spark, input);

    assertEquals(List.of("#0 text 0", "#1 text 1", "#2 ", "#3 bad: no text (null)"), found(rows));
    assertArrayEquals(new String[] {"x", "y"}, classNames(rows));
    assertEquals(
        "Cannot read " + input + ": expected strings in column id, found bigint",
        refused(
            () -> {
              String other = folder.resolve("q").toString();
              spark.range(1).selectExpr("id", "0 as label").write().parquet(other);
              try {
                TableReader.ofTexts(TableFormat.parquet(), new TableColumns("id", "label"))
                    .read(spark, other);
              } catch (KindlingException e) {
                throw new KindlingException(e.getMessage().replace(other, input), e);
              }
            }));
  }

  @Test
  void sequencesThatAreNoneAreBadRows(SparkSession spark) {
    String input = folder.resolve("p").toString();
    spark
        .range(1)
        .selectExpr(
            "explode(array("
                + "array(array(1d, 2d), array(3d, 4d)),"
                + "array(array(1d, 2d), array(3d)),"
                + "array(array(1d, 2d), null),"
                + "array(array(1d, cast(null as double))),"
                + "array(array(1d, double('NaN'))),"
                + "array(array(1d, 1e300)),"
                + "cast(array() as array<array<double>>),"
                + "array(cast(array() as array<double>)),"
                + "null,"
                + "array(array(1d, 2d, 3d)))) as sequence",
            "0.25 as label")
        .coalesce(1)
        .write()
        .parquet(input);
    TableColumns columns = new TableColumns("sequence", "label", LabelType.NUMBER, null);
    Dataset<Row> rows = TableReader.ofSequences(TableFormat.parquet(), columns).read(spark, input);

    assertEquals(
        List.of(
            "step 1 has 1 values, step 0 has 2",
            "step 1 is null",
            "value 1 of step 0 is null",
            "value 1 of step 0 is NaN, or too large for a float",
            "value 1 of step 0 is Infinity, or too large for a float",
            "a sequence without steps",
            "step 0 has no values",
            "no sequence (null)",
            "its steps have 3 values, those of most of the first rows 2"),
        rows.filter("problem is not null").orderBy("origin").collectAsList().stream()
            .map(row -> row.getString(4))
            .toList());
    Row good = rows.filter("problem is null").first();
    assertEquals(
        "[[1.0, 2.0], [3.0, 4.0]]",
        rows.filter("problem is null").selectExpr("cast(sequence as string)").first().getString(0));
    assertEquals(0.25, good.getDouble(2));
    assertEquals(ExampleSchema.SEQUENCE.type(), rows.schema().apply("sequence").dataType());
  }

  @Test
  void sequencesAreReadFromJsonLines(SparkSession spark) throws Exception {
    String input =
        put(
            "a.json",
            """
            {"sequence": [[1, 2.5], [3, -4e0]], "label": "x"}
            {"sequence": [[1, 2], [3, "4"]], "label": "x"}
            {"sequence": [[1, 2], [null, 4]], "label": "x"}
            {"sequence": [1, 2], "label": "x"}
            {"sequence": "1 2", "label": "x"}
            """);
    Dataset<Row> rows = sequences(spark, TableFormat.jsonLines(), input);

    assertEquals(
        List.of(
            "a value of sequence is a string, not a number",
            "its steps have 1 values, those of most of the first rows 2",
            "sequence is a string, not an array of steps",
            "value 0 of step 1 is null"),
        rows.filter("problem is not null").orderBy("problem").collectAsList().stream()
            .map(row -> row.getString(4))
            .toList());
    assertEquals(
        "[[1.0, 2.5], [3.0, -4.0]]",
        rows.filter("problem is null").selectExpr("cast(sequence as string)").first().getString(0));
  }

  @Test
  void generatedSequencesComeBackFromParquet(SparkSession spark) {
    Dataset<Row> drawn =
        new SequenceGenerator(40, 1, SequenceGenerator.Task.CLASSIFICATION, 8, 3).generate(spark);
    String input = folder.resolve("p").toString();
    new DataSetWriter(BadRowPolicy.FAIL, false).write(drawn, input);
    Dataset<Row> rows = sequences(spark, TableFormat.parquet(), input);

    assertEquals(40, rows.filter("problem is null").count());
    assertArrayEquals(new String[] {"sine", "sawtooth", "autoregressive"}, classNames(rows));
    assertEquals(
        0,
        rows.select("origin", "sequence", "label")
            .except(drawn.select("origin", "sequence", "label"))
            .count());
  }

  @Test
  void flatArraysAreSequencesOfOneValueAStep(SparkSession spark) {
    String input = folder.resolve("p").toString();
    spark
        .range(3)
        .selectExpr("array(id, id + 1) as sequence", "id as label")
        .write()
        .parquet(input);
    Dataset<Row> rows = sequences(spark, TableFormat.parquet(), input);

    assertEquals(
        "[[2.0], [3.0]]",
        rows.filter("label = 2").selectExpr("cast(sequence as string)").first().getString(0));
  }

  @Test
  void whatCannotBeReadIsNamed(SparkSession spark) throws Exception {
    String input = put("a.csv", "sequence,label\n1,2\n");
    assertEquals(
        "Cannot read " + input + ": a CSV file holds no sequences",
        refused(() -> sequences(spark, TableFormat.csv(',', true), input)));
    assertEquals(
        "Cannot read CSV with the delimiter ä: it must be an ASCII character, and neither a quote"
            + " nor a line end",
        refused(() -> TableFormat.csv('ä', true)));
    String empty = folder.resolve("empty").toString();
    Files.createDirectories(Path.of(empty));
    Files.createFile(Path.of(empty, "a.csv"));
    assertEquals(
        "Cannot read " + empty + ": there is no CSV record in it",
        refused(() -> csv(spark, empty)));
    assertEquals(
        "Cannot read " + empty + ": column label holds no usable label",
        refused(() -> json(spark, empty)));
  }
}
