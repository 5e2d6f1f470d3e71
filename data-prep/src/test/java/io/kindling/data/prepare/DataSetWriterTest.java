/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.BadRowPolicy;
import io.kindling.data.KindlingException;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LocalSpark.class)
class DataSetWriterTest {
  @TempDir Path folder;

  /** {@code count} rows in three partitions; every {@code badEvery}th is bad (0: none). */
  private static Dataset<Row> rows(SparkSession spark, int count, int badEvery) {
    return spark
        .range(0, count, 1, 3)
        .select(
            expr("concat('file#', id)").as("origin"),
            expr("named_struct('height', 1, 'data', cast('x' as binary))").as("image"),
            expr("cast(id % 2 as double)").as("label"),
            expr("if(id % 5 = 0, 'test', 'train')").as("split"),
            badEvery == 0
                ? expr("cast(null as string)").as("problem")
                : expr("if(id % " + badEvery + " = " + (badEvery - 1) + ", 'torn', null)")
                    .as("problem"));
  }

  private static DataSetWriter writer(BadRowPolicy policy) {
    return new DataSetWriter(policy, false);
  }

  private List<String> everythingInFolder() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  private String failure(Dataset<Row> rows, DataSetWriter writer, String output, String... by) {
    return assertThrows(KindlingException.class, () -> writer.write(rows, output, by)).getMessage();
  }

  @Test
  void writesEveryGoodRowOncePartitionedBySplit(SparkSession spark) throws IOException {
    String output = folder.resolve("set").toString();
    WriteReport report = writer(BadRowPolicy.FAIL).write(rows(spark, 1003, 0), output, "split");

    assertEquals(new WriteReport(1003, 1003, 0, "file:" + output, null), report);
    assertEquals(List.of("set"), everythingInFolder());
    assertTrue(Files.isDirectory(folder.resolve("set/split=test")));
    Dataset<Row> back = spark.read().parquet(output);
    assertEquals(1003, back.select("origin").distinct().count());
    assertEquals(201, back.filter("split = 'test'").count());
    assertEquals(List.of("origin", "image", "label", "split"), List.of(back.columns()));
  }

  @Test
  void keepsTheMetadataOfTheLabel(SparkSession spark) {
    String output = folder.resolve("set").toString();
    NominalAttribute names =
        NominalAttribute.defaultAttr().withName("label").withValues(new String[] {"cat", "dog"});
    Dataset<Row> named =
        rows(spark, 10, 0).withColumn("label", col("label").as("label", names.toMetadata()));
    writer(BadRowPolicy.FAIL).write(named, output, "split");

    Attribute back =
        Attribute.fromStructField(spark.read().parquet(output).schema().apply("label"));
    assertEquals(names, back);
  }

  @Test
  void failNamesTheBadRowAndLeavesNothing(SparkSession spark) throws IOException {
    String output = folder.resolve("set").toString();
    String message = failure(rows(spark, 10, 10), writer(BadRowPolicy.FAIL), output, "split");

    assertEquals(
        "Cannot use file#9: torn; set on-bad-row to skip or quarantine to go on without bad rows",
        message);
    assertEquals(List.of(), everythingInFolder());
  }

  @Test
  void failDoesNotNeedAnOrigin(SparkSession spark) {
    String message =
        failure(
            rows(spark, 10, 10).drop("origin"),
            writer(BadRowPolicy.FAIL),
            folder.resolve("set").toString());
    assertTrue(message.startsWith("Cannot use a row: torn; "), message);
  }

  @Test
  void skipLeavesBadRowsOutAndCountsThem(SparkSession spark) throws IOException {
    String output = folder.resolve("set").toString();
    WriteReport report = writer(BadRowPolicy.SKIP).write(rows(spark, 1000, 7), output, "split");

    assertEquals(new WriteReport(1000, 858, 142, "file:" + output, null), report);
    assertEquals(List.of("set"), everythingInFolder());
  }

  @Test
  void quarantineKeepsOriginAndReasonOfBadRowsBesideTheOutput(SparkSession spark)
      throws IOException {
    String output = folder.resolve("set").toString();
    WriteReport report =
        writer(BadRowPolicy.QUARANTINE).write(rows(spark, 1000, 7), output, "split");

    assertEquals(
        new WriteReport(1000, 858, 142, "file:" + output, "file:" + output + ".bad"), report);
    assertEquals(List.of("set", "set.bad"), everythingInFolder());
    Dataset<Row> bad = spark.read().parquet(report.quarantine());
    assertEquals(List.of("origin", "label", "split", "problem"), List.of(bad.columns()));
    assertEquals(142, bad.filter("problem = 'torn'").select("origin").distinct().count());
    assertEquals(
        0, spark.read().parquet(output).join(bad, "origin").count(), "a row is good or bad");
  }

  @Test
  void quarantineWithoutBadRowsWritesNoQuarantine(SparkSession spark) throws IOException {
    String output = folder.resolve("set").toString();
    WriteReport report = writer(BadRowPolicy.QUARANTINE).write(rows(spark, 10, 0), output);
    assertNull(report.quarantine());
    assertEquals(List.of("set"), everythingInFolder());
  }

  @Test
  void anExistingOutputIsAnErrorBeforeAnyWork(SparkSession spark) throws IOException {
    Files.createDirectories(folder.resolve("set"));
    Files.writeString(folder.resolve("set/mine.txt"), "mine");
    UDF1<String, String> explode =
        any -> {
          throw new IllegalStateException("rows were read");
        };
    Dataset<Row> unreadable =
        rows(spark, 10, 0)
            .withColumn(
                "origin", functions.udf(explode, DataTypes.StringType).apply(col("origin")));
    String message =
        failure(unreadable, writer(BadRowPolicy.FAIL), folder.resolve("set").toString());

    assertEquals(
        "Cannot write file:"
            + folder.resolve("set")
            + ": it exists already; choose another output, or set overwrite = true",
        message);
    assertEquals("mine", Files.readString(folder.resolve("set/mine.txt")));
  }

  @Test
  void overwriteReplacesTheOldSetAndItsQuarantine(SparkSession spark) throws IOException {
    String output = folder.resolve("set").toString();
    DataSetWriter overwriting = new DataSetWriter(BadRowPolicy.QUARANTINE, true);
    overwriting.write(rows(spark, 100, 7), output, "split");
    overwriting.write(rows(spark, 50, 0), output, "split");

    assertEquals(List.of("set"), everythingInFolder());
    assertEquals(50, spark.read().parquet(output).count());
  }

  @Test
  void aSetCanBeReadAndOverwrittenByItself(SparkSession spark) {
    String output = folder.resolve("set").toString();
    writer(BadRowPolicy.FAIL).write(rows(spark, 100, 0), output, "split");
    Dataset<Row> half =
        spark
            .read()
            .parquet(output)
            .filter("label = 1.0")
            .withColumn("problem", expr("cast(null as string)"));
    new DataSetWriter(BadRowPolicy.FAIL, true).write(half, output, "split");
    assertEquals(50, spark.read().parquet(output).count());
  }

  @Test
  void aFailedOverwriteLeavesTheOldSetAsItWas(SparkSession spark) throws IOException {
    String output = folder.resolve("set").toString();
    writer(BadRowPolicy.FAIL).write(rows(spark, 100, 0), output, "split");
    failure(rows(spark, 10, 10), new DataSetWriter(BadRowPolicy.FAIL, true), output, "split");

    assertEquals(List.of("set"), everythingInFolder());
    assertEquals(100, spark.read().parquet(output).count());
  }

  @Test
  void overwriteRefusesAFolderThatIsNoDataSet(SparkSession spark) throws IOException {
    Path home = Files.createDirectories(folder.resolve("home"));
    Files.writeString(home.resolve("letter.txt"), "dear");
    String message =
        failure(rows(spark, 10, 0), new DataSetWriter(BadRowPolicy.FAIL, true), home.toString());
    assertEquals(
        "Cannot overwrite file:"
            + home
            + ": it does not look like a data set (no _SUCCESS in it), so it is left alone",
        message);
    assertEquals("dear", Files.readString(home.resolve("letter.txt")));
  }

  @Test
  void aTaskThatDiesInTheMiddleLeavesNothing(SparkSession spark) throws IOException {
    UDF1<String, Double> dies =
        origin -> {
          if (origin.equals("file#977")) {
            throw new KindlingException("Cannot read some.idx: it ends after 977 of 1000 images");
          }
          return 0.0;
        };
    Dataset<Row> rows =
        rows(spark, 1000, 0)
            .withColumn("label", functions.udf(dies, DataTypes.DoubleType).apply(col("origin")));
    String output = folder.resolve("set").toString();
    assertEquals(
        "Cannot read some.idx: it ends after 977 of 1000 images",
        failure(rows, writer(BadRowPolicy.SKIP), output, "split"));
    assertEquals(List.of(), everythingInFolder());
  }

  @Test
  void anUnexpectedFailureIsOneLineThatNamesTheOutput(SparkSession spark) {
    UDF1<String, Double> dies =
        origin -> {
          throw new IllegalStateException("the disk\nis on fire");
        };
    Dataset<Row> rows =
        rows(spark, 10, 0)
            .withColumn("label", functions.udf(dies, DataTypes.DoubleType).apply(col("origin")));
    String output = folder.resolve("set").toString();
    assertEquals(
        "Cannot write " + output + ": the disk", failure(rows, writer(BadRowPolicy.SKIP), output));
  }

  @Test
  void quarantineReadsEachRowOnce(SparkSession spark) {
    LongAccumulator looks = spark.sparkContext().longAccumulator();
    UDF1<String, String> look =
        problem -> {
          looks.add(1);
          return problem;
        };
    Dataset<Row> rows =
        rows(spark, 100, 7)
            .withColumn(
                "problem",
                functions
                    .udf(look, DataTypes.StringType)
                    .asNondeterministic()
                    .apply(col("problem")));
    WriteReport report =
        writer(BadRowPolicy.QUARANTINE).write(rows, folder.resolve("set").toString(), "split");
    assertEquals(14, report.rowsBad());
    assertEquals(100, looks.value());
  }

  @Test
  void quarantinedRowsKeepTheValuesOfPartitionColumns(SparkSession spark) {
    String output = folder.resolve("set").toString();
    WriteReport report =
        writer(BadRowPolicy.QUARANTINE).write(rows(spark, 100, 5), output, "split", "label");
    assertEquals(80, spark.read().parquet(output).count());
    Dataset<Row> bad = spark.read().parquet(report.quarantine());
    assertEquals(List.of("origin", "label", "split", "problem"), List.of(bad.columns()));
    assertEquals(10, bad.filter("label = 1.0 and split = 'train'").count());
    assertEquals(20, bad.count());
  }

  @Test
  void onlyBadRowsGiveAnEmptyReadableSetAndAQuarantine(SparkSession spark) {
    String output = folder.resolve("set").toString();
    WriteReport report = writer(BadRowPolicy.QUARANTINE).write(rows(spark, 10, 1), output);
    assertEquals(new WriteReport(10, 0, 10, "file:" + output, "file:" + output + ".bad"), report);
    assertEquals(
        List.of("origin", "image", "label", "split"),
        List.of(spark.read().parquet(output).columns()));
    assertEquals(10, spark.read().parquet(report.quarantine()).count());
  }

  @Test
  void onlyBadRowsToPartitionIsAnError(SparkSession spark) throws IOException {
    String output = folder.resolve("set").toString();
    assertEquals(
        "Cannot write file:" + output + ": there is no good row to write (10 read, 10 bad)",
        failure(rows(spark, 10, 1), writer(BadRowPolicy.QUARANTINE), output, "split"));
    assertEquals(List.of(), everythingInFolder());
  }

  @Test
  void noRowsAtAllWithoutPartitionsGiveAnEmptyReadableSet(SparkSession spark) {
    String output = folder.resolve("set").toString();
    WriteReport report = writer(BadRowPolicy.FAIL).write(rows(spark, 0, 0), output);
    assertEquals(new WriteReport(0, 0, 0, "file:" + output, null), report);
    assertEquals(0, spark.read().parquet(output).count());
  }

  @Test
  void rowsThatAreKnownToBeNoneAreCountedToo(SparkSession spark) {
    Dataset<Row> none = spark.createDataFrame(List.of(), rows(spark, 1, 0).schema());
    String output = folder.resolve("set").toString();
    assertEquals(
        new WriteReport(0, 0, 0, "file:" + output, null),
        writer(BadRowPolicy.FAIL).write(none, output));
  }

  @Test
  void badRowsAreCountedBehindAShuffle(SparkSession spark) {
    String output = folder.resolve("set").toString();
    Dataset<Row> shuffled = rows(spark, 1000, 7).repartition(5, col("origin"));
    WriteReport report = writer(BadRowPolicy.QUARANTINE).write(shuffled, output, "split");
    assertEquals(1000, report.rowsRead());
    assertEquals(142, report.rowsBad());
  }

  @Test
  void morePartitionsThanRowsLoseNothing(SparkSession spark) {
    String output = folder.resolve("set").toString();
    WriteReport report =
        writer(BadRowPolicy.SKIP).write(rows(spark, 2, 0).repartition(7), output, "split");
    assertEquals(2, report.rowsWritten());
    assertEquals(2, spark.read().parquet(output).count());
  }

  @Test
  void aMissingColumnIsNamed(SparkSession spark) {
    String output = folder.resolve("set").toString();
    assertEquals(
        "Cannot write " + output + ": there is no column fold to partition by",
        failure(rows(spark, 2, 0), writer(BadRowPolicy.SKIP), output, "fold"));
    assertEquals(
        "Cannot write " + output + ": the rows have no string column problem",
        failure(rows(spark, 2, 0).drop("problem"), writer(BadRowPolicy.SKIP), output));
  }

  @Test
  void readersOfTheParentFolderNeverSeeTheTemporaryFiles(SparkSession spark) throws IOException {
    Path seen = folder.resolve("_seen");
    String parent = folder.toString();
    UDF1<String, Double> look =
        origin -> {
          try (Stream<Path> files = Files.list(Path.of(parent))) {
            List<String> visible =
                files
                    .map(p -> p.getFileName().toString())
                    .filter(n -> !n.startsWith(".") && !n.startsWith("_"))
                    .toList();
            if (!visible.isEmpty()) {
              Files.writeString(Path.of(parent, "_seen"), visible.toString());
            }
          }
          return 1.0;
        };
    Dataset<Row> rows =
        rows(spark, 20, 0)
            .withColumn("label", functions.udf(look, DataTypes.DoubleType).apply(col("origin")));
    writer(BadRowPolicy.FAIL).write(rows, folder.resolve("set").toString(), "split");
    assertFalse(Files.exists(seen));
  }

  @Test
  void policiesAreParsedByTheNamesUsersWrite() {
    assertEquals(BadRowPolicy.QUARANTINE, BadRowPolicy.parse("quarantine"));
    assertEquals("skip", BadRowPolicy.SKIP.toString());
    assertEquals(
        "Cannot use on-bad-row = ignore: it must be fail, skip or quarantine",
        assertThrows(KindlingException.class, () -> BadRowPolicy.parse("ignore")).getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 9, 20})
  void rowsOfFewAndOfManyFilesAreCounted(int files, SparkSession spark) throws IOException {
    String output = folder.resolve("set").toString();
    WriteReport report =
        writer(BadRowPolicy.QUARANTINE).write(rows(spark, 1003, 4).repartition(files), output);
    assertEquals(1003, report.rowsRead());
    assertEquals(250, report.rowsBad());
    ParquetFooters footers = new ParquetFooters(spark);
    for (String part : List.of("", ".bad")) {
      org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(output + part);
      Dataset<Row> back = spark.read().parquet(path.toString());
      assertEquals(files, back.inputFiles().length);
      assertEquals(part.isEmpty() ? 753 : 250, back.count());
      assertEquals(back.count(), footers.rows(path, back.schema()));
    }
  }

  @Test
  void vectorsThatHardlyRepeatHaveNoDictionary(SparkSession spark) throws IOException {
    String output = folder.resolve("set").toString();
    Metadata continuous = new MetadataBuilder().putBoolean(MarkedRows.CONTINUOUS, true).build();
    Dataset<Row> scored =
        rows(spark, 100, 0)
            .withColumn("pixels", array_to_vector(array(col("label"))))
            .withColumn("probability", col("pixels").as("probability", continuous));
    for (BadRowPolicy policy : List.of(BadRowPolicy.FAIL, BadRowPolicy.QUARANTINE)) {
      new DataSetWriter(policy, true).write(scored, output);
      String file = spark.read().parquet(output).inputFiles()[0];
      try (ParquetFileReader reader =
          ParquetFileReader.open(
              HadoopInputFile.fromPath(new org.apache.hadoop.fs.Path(file), new Configuration()))) {
        Map<String, Boolean> dictionaries = new HashMap<>();
        for (ColumnChunkMetaData column : reader.getFooter().getBlocks().get(0).getColumns()) {
          dictionaries.put(column.getPath().toDotString(), column.hasDictionaryPage());
        }
        assertEquals(false, dictionaries.get("probability.values.list.element"));
        assertEquals(true, dictionaries.get("pixels.values.list.element"));
        assertEquals(true, dictionaries.get("label"));
      }
    }
  }
}
