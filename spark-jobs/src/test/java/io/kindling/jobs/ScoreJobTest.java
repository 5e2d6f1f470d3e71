/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.hadoop.net.NetUtils;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What score reads, what it writes, and what becomes of bad rows. */
@ExtendWith(LocalSpark.class)
class ScoreJobTest {
  private static final int ROWS = 200;
  private static final JobRuns JOBS = new JobRuns();

  @TempDir private static Path shared;
  private static ScoringExamples examples;

  @TempDir private Path folder;

  @BeforeAll
  static void train(SparkSession spark) throws IOException {
    examples = new ScoringExamples(spark, shared, JOBS);
    examples.raw(ROWS).write().parquet(shared.resolve("raw").toString());
    examples.images(ROWS).write().parquet(shared.resolve("images").toString());
    good(examples.images(ROWS)).write().partitionBy("day").parquet(table().toString());
  }

  @BeforeEach
  void forget() {
    JOBS.err.reset();
  }

  @Test
  void badRowsAmongRawImagesAreQuarantinedWithOriginAndReason(SparkSession spark)
      throws IOException {
    JsonNode summary = scored("pipeline", "raw", "on-bad-row=quarantine");
    assertCounts(summary, 200, 194, 6);
    assertEquals(folder.resolve("out.bad").toString(), summary.get("quarantine").asText());
    assertGoodRows(spark, List.of("id", "day", "rawPrediction", "probability", "prediction"));

    List<Row> bad = rows(spark, "out.bad").orderBy("id").collectAsList();
    assertEquals(List.of(5L, 38L, 71L, 104L, 137L, 170L), longs(bad));
    for (Row row : bad) {
      long id = row.getAs("id");
      String problem = row.getAs("problem");
      String wanted =
          List.of("not a JPEG, PNG, GIF or BMP image", "no file content (null)", "PNG")
              .get((int) ScoringExamples.kind(id));
      assertTrue(problem.contains(wanted), problem);
      assertOrigin(spark, row.getAs("origin"), id);
    }
  }

  @Test
  void badRowsAmongImageStructsAreQuarantinedWithOriginAndReason(SparkSession spark)
      throws IOException {
    assertCounts(scored("model", "images", "on-bad-row=quarantine"), 200, 194, 6);
    assertGoodRows(
        spark, List.of("id", "day", "origin", "rawPrediction", "probability", "prediction"));
    List<Row> bad = rows(spark, "out.bad").orderBy("id").collectAsList();
    assertEquals(List.of(5L, 38L, 71L, 104L, 137L, 170L), longs(bad));
    TreeSet<String> problems = new TreeSet<>();
    for (Row row : bad) {
      problems.add(row.getAs("problem"));
      assertOrigin(spark, row.getAs("origin"), row.getAs("id"));
    }
    assertEquals(3, problems.size(), problems::toString);
    assertTrue(
        problems.stream()
            .anyMatch(
                problem ->
                    problem.contains("image of 14x14x1, but the network takes images of 12x12x1")),
        problems::toString);
  }

  @Test
  void skipCountsBadRowsAndFailWritesNothing(SparkSession spark) throws IOException {
    for (List<String> of : List.of(List.of("pipeline", "raw"), List.of("model", "images"))) {
      assertCounts(scored(of.get(0), of.get(1), "on-bad-row=skip", "overwrite=true"), 200, 194, 6);
      assertEquals(194, rows(spark, "out").count());
      delete(spark, "out");

      assertEquals(1, score(of.get(0), of.get(1)));
      String error = lastLine();
      assertTrue(error.startsWith("error: Cannot use file:"), error);
      assertTrue(error.contains(".parquet#"), error);
      assertTrue(
          error.endsWith("; set on-bad-row to skip or quarantine to go on without bad rows"),
          error);
      assertEquals(List.of(), left());
    }
  }

  @Test
  void oneFileAPatternAndAPartOfATableAreInputs(SparkSession spark) throws IOException {
    Path file;
    try (Stream<Path> files = Files.walk(table().resolve("day=d1"))) {
      file = files.filter(path -> path.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
    long rows = spark.read().parquet(file.toString()).count();
    assertCounts(scored("model", file.toString()), rows, rows, 0);
    assertEquals(rows, rows(spark, "out").filter("day = 'd1'").count());

    assertCounts(scored("model", table() + "/day=*/part-*", "overwrite=true"), 194, 194, 0);
    assertEquals(97, rows(spark, "out").filter("day = 'd0'").count());
    assertCounts(scored("model", table() + "/day={d0,d7}", "overwrite=true"), 97, 97, 0);
    assertEquals(97, rows(spark, "out").filter("day = 'd0'").count());
    assertCounts(scored("model", table().toString(), "overwrite=true"), 194, 194, 0);
    assertEquals(2, rows(spark, "out").select("day").distinct().count());
  }

  @Test
  void columnsOutputsAndPartitionsAreChosen(SparkSession spark) throws IOException {
    scored(
        "model",
        table().toString(),
        "scoring.columns=[id, origin]",
        "scoring.outputs=[prediction]",
        "scoring.partition-by=[prediction]");
    Dataset<Row> rows = rows(spark, "out");
    assertEquals(List.of("id", "origin", "prediction"), List.of(rows.columns()));
    assertEquals(194, rows.count());
    assertTrue(left("out").stream().anyMatch(name -> name.startsWith("prediction=")));
    Row row = rows.first();
    assertOrigin(spark, row.getAs("origin"), row.getAs("id"));

    scored(
        "model",
        "images",
        "scoring.columns=[]",
        "scoring.partition-by=[prediction]",
        "on-bad-row=quarantine",
        "overwrite=true");
    assertEquals(
        List.of("rawPrediction", "probability", "prediction"),
        List.of(rows(spark, "out").columns()));
    assertEquals(194, rows(spark, "out").count());
    assertEquals(
        List.of("origin", "prediction", "problem"), List.of(rows(spark, "out.bad").columns()));
    assertEquals(6, rows(spark, "out.bad").filter("prediction is null").count());
  }

  @Test
  void whatCannotBeReadOrChosenIsOneLine(SparkSession spark) throws IOException {
    Path model = shared.resolve("model");
    assertFails("no file or folder matches %s/nothing-* (key 'input')", folder + "/nothing-*");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertFails("%s/empty is not a folder of Parquet files (key 'input')", empty.toString());
    assertFails(
        "the model takes column 'image', which "
            + shared.resolve("raw")
            + " does not have; its columns are id, day, content",
        "raw");
    assertFails(
        "scoring.columns names 'ids', which "
            + shared.resolve("images")
            + " does not have; its columns are id, day, image",
        "images",
        "scoring.columns=[ids]");
    assertFails(
        "scoring.outputs names 'predictions', which the model does not give; it gives"
            + " rawPrediction, probability, prediction",
        "images",
        "scoring.outputs=[predictions]");
    assertFails(
        "scoring.partition-by names 'label', which is not written; written are id, prediction",
        "images",
        "scoring.columns=[id]",
        "scoring.outputs=[prediction]",
        "scoring.partition-by=[label]");
    assertFails(
        "scoring.partition-by names 'probability', which is of type vector; folders can be named by"
            + " single values only",
        "images",
        "scoring.partition-by=[probability]");
    assertFails(
        "neither scoring.columns nor scoring.outputs leaves a column to write",
        "images",
        "scoring.columns=[]",
        "scoring.outputs=[]");
    assertFails(
        "scoring.partition-by names all columns that are written (id); leave one of them for the"
            + " files",
        "images",
        "scoring.columns=[id]",
        "scoring.outputs=[]",
        "scoring.partition-by=[id]");

    Path mixed = folder.resolve("mixed");
    spark.range(3).coalesce(1).write().parquet(mixed.toString());
    spark
        .range(3)
        .coalesce(1)
        .select(col("id").cast("string"))
        .write()
        .mode("append")
        .parquet(mixed.toString());
    assertEquals(1, score("model", mixed.toString()));
    assertTrue(
        lastLine()
            .startsWith(
                "error: Cannot score: the files of " + mixed + " disagree: column 'id' is of type"),
        lastLine());
    assertTrue(lastLine().endsWith(".parquet (key 'input')"), lastLine());

    assertEquals(2, score("model", "images", "overwrite=true", "scoring.write=append"));
    assertEquals(
        "error: Cannot score: overwrite is true, but scoring.write is 'append'; leave one of them"
            + " out",
        lastLine());
    assertEquals(2, score("model", "images", "scoring.available-now=true"));
    assertTrue(lastLine().contains("scoring.mode = stream is not"), lastLine());
    assertTrue(Files.exists(model));
  }

  @Test
  void theOutputMustLieApartFromWhatAPatternTakesIn() {
    for (String output : List.of("table/day=d0/scored", "table/day=d7", "..")) {
      Path target = shared.resolve(output).normalize();
      assertEquals(
          1,
          JOBS.run(
              "score",
              List.of(
                  "input=" + table() + "/day=*",
                  "model=" + shared.resolve("model"),
                  "output=" + target)));
      assertTrue(
          lastLine().startsWith("error: Cannot write " + target + ": the job reads "), lastLine());
    }
  }

  @Test
  void appendAddsRowsAndTheSameRunAgainAddsNone(SparkSession spark) throws IOException {
    String[] append = {"scoring.write=append", "on-bad-row=quarantine"};
    assertCounts(scored("model", "images", append), 200, 194, 6);
    String day0 = table() + "/day=d0";
    // The columns of images are the same, but the images of a table have no bad rows.
    assertCounts(scored("model", day0, append), 97, 97, 0);
    assertEquals(291, rows(spark, "out").count());
    assertEquals(6, rows(spark, "out.bad").count());

    JsonNode again = scored("model", "images", append);
    assertCounts(again, 200, 194, 6);
    assertTrue(again.has("writtenBefore"), again::toString);
    assertEquals(291, rows(spark, "out").count());
    assertEquals(6, rows(spark, "out.bad").count());
    assertTrue(Files.exists(folder.resolve("out/_SUCCESS")));
    assertEquals(List.of("out", "out.bad"), left());

    assertEquals(1, score("model", table().toString(), append));
    String error = lastLine();
    assertTrue(error.startsWith("error: Cannot append to " + folder.resolve("out") + ": "), error);
    assertTrue(
        error.contains(" files of key 'input' were scored into it by the same model at "), error);
    assertEquals(1, score("model", table() + "/day=d1", append[0], "scoring.partition-by=[day]"));
    assertEquals(
        "error: Cannot append to %s: it is partitioned by [], but scoring.partition-by is [day]"
            .formatted(folder.resolve("out")),
        lastLine());
    assertEquals(1, score("model", table() + "/day=d1", append[0], "scoring.columns=[id]"));
    assertTrue(lastLine().contains(": its columns are day string, id bigint, "), lastLine());
    assertEquals(291, rows(spark, "out").count());
  }

  @Test
  void rowsAreAppendedToFoldersToo(SparkSession spark) throws IOException {
    String[] append = {"scoring.write=append", "scoring.partition-by=[day, prediction]"};
    scored("model", table() + "/day=d0", append);
    scored("model", table() + "/day=d1", append);
    assertEquals(194, rows(spark, "out").count());
    assertEquals(194, rows(spark, "out").select("id").distinct().count());
    assertTrue(left("out").containsAll(List.of("day=d0", "day=d1", "_SUCCESS")));
  }

  @Test
  void whatAKilledRunLeftIsRemovedOrFinishedByTheNext(SparkSession spark) throws IOException {
    scored("model", table() + "/day=d0", "scoring.write=append");
    // As a process that was killed while it wrote leaves them, and one that was killed while it
    // moved its files into the output.
    Path writing = leftBehind("{\"host\":\"%s\",\"pid\":%d,\"started\":1}");
    Files.writeString(writing.resolve("half"), "half a file");
    Path moving = leftBehind("{\"host\":\"%s\",\"pid\":%d,\"started\":1}");
    Path file = Files.createDirectory(moving.resolve("out")).resolve("part-1.parquet");
    try (Stream<Path> files = Files.list(folder.resolve("out"))) {
      Path some = files.filter(path -> path.toString().endsWith(".parquet")).findFirst().get();
      Files.copy(some, file);
    }
    long more = spark.read().parquet(file.toString()).count();
    Files.delete(folder.resolve("out/_SUCCESS"));
    Files.writeString(
        moving.resolve("_publication.json"),
        "{\"append\":true,\"data\":true,\"quarantine\":false,\"run\":{\"id\":\"killed\","
            + "\"recipe\":\"r\",\"sources\":[],\"time\":\"t\",\"rowsRead\":1,\"rowsWritten\":1,"
            + "\"rowsBad\":0}}");
    Path other = leftBehind("{\"host\":\"elsewhere\",\"pid\":1,\"started\":1}");

    scored("model", table() + "/day=d1", "scoring.write=append");
    assertEquals(194 + more, rows(spark, "out").count());
    assertTrue(Files.exists(folder.resolve("out/_runs/killed.json")));
    assertEquals(List.of(other.getFileName().toString(), "out"), left()); // it may still be at work
  }

  @Test
  void tasksThatAreKilledAreCountedOnce(SparkSession spark) throws IOException {
    AtomicInteger triedAgain = new AtomicInteger();
    SparkListener killer =
        new SparkListener() {
          @Override
          public void onTaskStart(SparkListenerTaskStart start) {
            if (start.taskInfo().attemptNumber() == 0) {
              spark.sparkContext().killTaskAttempt(start.taskInfo().taskId(), true, "a test");
            } else {
              triedAgain.incrementAndGet();
            }
          }
        };
    spark.sparkContext().addSparkListener(killer);
    try {
      assertCounts(scored("pipeline", "raw", "on-bad-row=quarantine"), 200, 194, 6);
    } finally {
      spark.sparkContext().removeSparkListener(killer);
    }
    assertTrue(triedAgain.get() > 0);
    assertGoodRows(spark, List.of("id", "day", "rawPrediction", "probability", "prediction"));
    assertEquals(6, rows(spark, "out.bad").select("id").distinct().count());
    assertEquals(List.of("out", "out.bad"), left());
  }

  private Path leftBehind(String owner) throws IOException {
    Path hidden = Files.createDirectory(folder.resolve(".out." + UUID.randomUUID()));
    Files.writeString(
        hidden.resolve("_owner.json"), owner.formatted(NetUtils.getLocalHostname(), 1));
    return hidden;
  }

  private static Path table() {
    return shared.resolve("table");
  }

  private static Dataset<Row> good(Dataset<Row> rows) {
    return rows.filter("id % 33 != 5");
  }

  private void assertGoodRows(SparkSession spark, List<String> columns) {
    Dataset<Row> rows = rows(spark, "out");
    assertEquals(columns, List.of(rows.columns()));
    assertEquals(
        LongStream.range(0, ROWS).filter(id -> !ScoringExamples.isBad(id)).boxed().toList(),
        longs(rows.orderBy("id").collectAsList()));
    assertEquals(0, rows.filter("prediction is null").count());
  }

  /** The origin must be the place of the row: its file and its position there. */
  private static void assertOrigin(SparkSession spark, String origin, long id) {
    String[] place = origin.split("#", 2);
    List<Row> rows = spark.read().parquet(place[0]).select("id").collectAsList();
    assertEquals(id, rows.get(Integer.parseInt(place[1])).getLong(0));
  }

  private void assertFails(String reason, String input, String... settings) {
    assertEquals(1, score("model", input, settings), JOBS.err::toString);
    assertEquals("error: Cannot score: " + reason.replace("%s", folder.toString()), lastLine());
    assertFalse(Files.exists(folder.resolve("out")));
  }

  private static void assertCounts(JsonNode summary, long read, long written, long bad) {
    assertEquals(
        List.of(read, written, bad),
        Stream.of("rowsRead", "rowsWritten", "rowsBad")
            .map(name -> summary.get(name).asLong())
            .toList());
  }

  private static List<Long> longs(List<Row> rows) {
    return rows.stream().map(row -> row.<Long>getAs("id")).toList();
  }

  private List<String> left(String... below) throws IOException {
    Path of = below.length == 0 ? folder : folder.resolve(below[0]);
    try (Stream<Path> files = Files.list(of)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private void delete(SparkSession spark, String name) throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(folder.resolve(name).toString());
    path.getFileSystem(spark.sparkContext().hadoopConfiguration()).delete(path, true);
  }

  private Dataset<Row> rows(SparkSession spark, String name) {
    return spark.read().parquet(folder.resolve(name).toString());
  }

  private JsonNode scored(String model, String input, String... settings) throws IOException {
    assertEquals(0, score(model, input, settings), JOBS.err::toString);
    return JOBS.summary();
  }

  private int score(String model, String input, String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "input=" + shared.resolve(input),
                "model=" + shared.resolve(model),
                "output=" + folder.resolve("out")));
    all.addAll(Arrays.asList(settings));
    return JOBS.run("score", all);
  }

  private static String lastLine() {
    return JOBS.lastLine();
  }
}
