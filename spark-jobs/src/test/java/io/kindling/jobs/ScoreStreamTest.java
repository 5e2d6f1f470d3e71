/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Folders that are watched. */
@ExtendWith(LocalSpark.class)
class ScoreStreamTest {
  private static final JobRuns JOBS = new JobRuns();

  @TempDir private static Path shared;
  private static ScoringExamples examples;

  @TempDir private Path folder;

  @BeforeAll
  static void train(SparkSession spark) throws IOException {
    examples = new ScoringExamples(spark, shared, JOBS);
  }

  @BeforeEach
  void forget() throws IOException {
    JOBS.err.reset();
    Files.createDirectory(folder.resolve("in"));
  }

  @Test
  void filesThatComeAreScoredOnceAcrossRestarts(SparkSession spark) throws IOException {
    put(spark, "a", 0, 100);
    JsonNode first = stream("scoring.max-files-per-trigger=1", "on-bad-row=quarantine");
    assertCounts(first, 100, 97, 3);
    assertEquals(2, first.get("batches").asLong());
    assertEquals(folder.resolve("out.bad").toString(), first.get("quarantine").asText());
    put(spark, "b", 100, 200);
    assertCounts(stream("on-bad-row=quarantine"), 100, 97, 3);
    assertCounts(stream("on-bad-row=quarantine"), 0, 0, 0);
    assertEachOnce(spark, 200);
    assertEquals(List.of("checkpoint", "in", "out", "out.bad"), left());
    Row bad = rows(spark, "out.bad").filter("id = 137").first();
    assertTrue(bad.<String>getAs("origin").contains("/in/b-"), bad::toString);
    assertTrue(bad.<String>getAs("problem").contains("no file content"), bad::toString);
  }

  @Test
  void aBatchThatWasNotNotedIsPassedOver(SparkSession spark) throws IOException {
    put(spark, "a", 0, 50);
    stream("on-bad-row=skip");
    // As if it had been killed between writing the batch and Spark's note of its end.
    try (Stream<Path> notes = Files.list(folder.resolve("checkpoint/commits"))) {
      for (Path note : notes.toList()) {
        Files.delete(note);
      }
    }
    JsonNode again = stream("on-bad-row=skip");
    assertCounts(again, 0, 0, 0);
    assertTrue(error().contains("batch 0: is in " + folder.resolve("out") + " already"), error());
    assertEquals(48, rows(spark, "out").count());
    assertEquals(48, rows(spark, "out").select("id").distinct().count());
  }

  @Test
  void aBadRowEndsAFailingStreamAndTheNextRunGoesOnThere(SparkSession spark) throws IOException {
    put(spark, "a", 6, 30);
    stream();
    put(spark, "b", 30, 60);
    assertEquals(1, run());
    assertTrue(lastLine().startsWith("error: Cannot use file:"), lastLine());
    assertTrue(lastLine().contains("/in/b-"), lastLine());
    assertEquals(24, rows(spark, "out").count());
    assertCounts(stream("on-bad-row=skip"), 30, 29, 1);
    assertEquals(53, rows(spark, "out").select("id").distinct().count());
  }

  @Test
  void foldersOfPartitionsAreWrittenEvenWhereAllRowsOfABatchAreBad(SparkSession spark)
      throws IOException {
    String[] settings = {"on-bad-row=quarantine", "scoring.partition-by=[day, prediction]"};
    put(spark, "a", 5, 6);
    assertCounts(stream(settings), 1, 0, 1);
    put(spark, "b", 6, 50);
    assertCounts(stream(settings), 44, 43, 1);
    assertEquals(43, rows(spark, "out").count());
    assertEquals(2, rows(spark, "out.bad").count());
    assertEquals(1, rows(spark, "out.bad").filter("day = 'd0'").count());
  }

  @Test
  void theFirstFileMayBeStillToCome(SparkSession spark) throws IOException {
    Path in = folder.resolve("in");
    assertEquals(1, run());
    assertEquals(
        "error: Cannot score: "
            + in
            + " is not a folder of Parquet files (key 'input'); where the first file is still to"
            + " come, give one with the same columns as scoring.schema-from",
        lastLine());
    examples.raw(1).write().parquet(folder.resolve("sample").toString());
    String from = "scoring.schema-from=" + folder.resolve("sample");
    assertCounts(stream(from), 0, 0, 0);
    put(spark, "a", 0, 5);
    assertCounts(stream(), 5, 5, 0);
  }

  @Test
  void whatAStreamDoesNotGoOnWithIsOneLine(SparkSession spark) throws IOException {
    put(spark, "a", 0, 5);
    stream();
    Path checkpoint = folder.resolve("checkpoint");

    copyModel(spark);
    assertEquals(1, run("model=" + folder.resolve("other")));
    assertTrue(
        lastLine()
            .startsWith(
                "error: Cannot go on with the stream of "
                    + checkpoint
                    + ": its model was another (SHA-256 "),
        lastLine());
    assertTrue(
        lastLine()
            .endsWith("; give that one, or another scoring.checkpoint.dir and another output"),
        lastLine());

    assertEquals(1, run("scoring.checkpoint.dir=" + folder.resolve("new")));
    assertEquals(
        "error: Cannot write %s: it exists already, and is not of the stream whose checkpoint is %s;"
                .formatted(folder.resolve("out"), folder.resolve("new"))
            + " choose another output, or that stream's scoring.checkpoint.dir",
        lastLine());

    Files.move(folder.resolve("out"), folder.resolve("moved"));
    assertEquals(1, run());
    assertEquals(
        "error: Cannot go on with the stream of %s: the rows that it wrote are not in %s any more;"
                .formatted(checkpoint, folder.resolve("out"))
            + " put them back, or choose another scoring.checkpoint.dir to score all files again",
        lastLine());

    assertEquals(1, run("scoring.checkpoint.dir=" + folder.resolve("in/checkpoint")));
    assertEquals(
        "error: Cannot keep checkpoints in %s/in/checkpoint: %s/in is key 'input', and neither may"
                .formatted(folder, folder)
            + " be within the other; choose another scoring.checkpoint.dir",
        lastLine());
    assertEquals(2, run("overwrite=true"));
    assertEquals(
        "error: Cannot score: overwrite is set, but with scoring.mode = stream it means nothing;"
            + " leave it out",
        lastLine());
    assertEquals(
        2, JOBS.run("score", List.of("input=a", "model=b", "output=c", "scoring.mode=stream")));
    assertTrue(lastLine().contains("key 'scoring.checkpoint.dir' is not set"), lastLine());
  }

  @Test
  void aModelTransformsAStreamingDataFrame(SparkSession spark) throws Exception {
    Dataset<Row> images = examples.images(100).filter("id % 33 != 5");
    images.write().parquet(folder.resolve("images").toString());
    NetworkClassificationModel model =
        NetworkClassificationModel.load(shared.resolve("model").toString());
    Dataset<Row> stream =
        spark
            .readStream()
            .schema(images.schema())
            .option("maxFilesPerTrigger", 1)
            .parquet(folder.resolve("images").toString());
    StreamingQuery query =
        model
            .transform(stream)
            .writeStream()
            .format("parquet")
            .option("path", folder.resolve("scored").toString())
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .start();
    try {
      query.processAllAvailable();
    } finally {
      query.stop();
    }
    Map<Long, String> streamed = probabilities(rows(spark, "scored"));
    assertEquals(97, streamed.size());
    assertEquals(probabilities(model.transform(images)), streamed);
  }

  private static Map<Long, String> probabilities(Dataset<Row> rows) {
    return rows.collectAsList().stream()
        .collect(
            Collectors.toMap(
                row -> row.<Long>getAs("id"), row -> row.getAs("probability").toString()));
  }

  private void copyModel(SparkSession spark) throws IOException {
    FileSystem files = FileSystem.get(spark.sparkContext().hadoopConfiguration());
    org.apache.hadoop.fs.Path other =
        new org.apache.hadoop.fs.Path(folder.resolve("other").toString());
    FileUtil.copy(
        files,
        new org.apache.hadoop.fs.Path(shared.resolve("pipeline").toString()),
        files,
        other,
        false,
        spark.sparkContext().hadoopConfiguration());
    files.create(new org.apache.hadoop.fs.Path(other, "changed")).close();
  }

  /** Moves two files of rows into the watched folder. */
  private void put(SparkSession spark, String name, int from, int to) throws IOException {
    Path made = folder.resolve(".made");
    examples
        .raw(to)
        .filter("id >= " + from)
        .repartition(to - from > 1 ? 2 : 1)
        .write()
        .parquet(made.toString());
    try (Stream<Path> files = Files.list(made)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".parquet")).toList()) {
        if (spark.read().parquet(file.toString()).count() > 0) {
          Files.move(file, folder.resolve("in/" + name + "-" + file.getFileName()));
        }
      }
    }
    FileSystem.get(spark.sparkContext().hadoopConfiguration())
        .delete(new org.apache.hadoop.fs.Path(made.toString()), true);
  }

  private void assertEachOnce(SparkSession spark, int rows) {
    Map<Boolean, List<Long>> wanted =
        LongStream.range(0, rows)
            .boxed()
            .collect(Collectors.partitioningBy(ScoringExamples::isBad));
    assertEquals(wanted.get(false), ids(rows(spark, "out")));
    assertEquals(wanted.get(true), ids(rows(spark, "out.bad")));
  }

  private static List<Long> ids(Dataset<Row> rows) {
    Function<Row, Long> id = row -> row.getAs("id");
    return rows.orderBy("id").collectAsList().stream().map(id).toList();
  }

  private static void assertCounts(JsonNode summary, long read, long written, long bad) {
    assertEquals(
        List.of(read, written, bad),
        Stream.of("rowsRead", "rowsWritten", "rowsBad")
            .map(name -> summary.get(name).asLong())
            .toList());
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private Dataset<Row> rows(SparkSession spark, String name) {
    return spark.read().parquet(folder.resolve(name).toString());
  }

  /** Scores what has come, with the pipeline. */
  private JsonNode stream(String... settings) throws IOException {
    assertEquals(0, run(settings), JOBS.err::toString);
    return JOBS.summary();
  }

  private int run(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "input=" + folder.resolve("in"),
                "model=" + shared.resolve("pipeline"),
                "output=" + folder.resolve("out"),
                "scoring.mode=stream",
                "scoring.available-now=true",
                "scoring.checkpoint.dir=" + folder.resolve("checkpoint")));
    all.addAll(Arrays.asList(settings));
    return JOBS.run("score", all);
  }

  private static String error() {
    return JOBS.err.toString(StandardCharsets.UTF_8);
  }

  private static String lastLine() {
    return JOBS.lastLine();
  }
}
