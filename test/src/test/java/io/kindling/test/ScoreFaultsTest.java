/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.test;

import static io.kindling.network.Layers.layer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import io.kindling.estimators.NetworkClassifier;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Processes that die while they score: the output is whole in the end, each row once. */
@ExtendWith(LocalSpark.class)
@Tag("long")
class ScoreFaultsTest {
  private static final int SIDE = 24;
  private static final int ROWS = 1800;
  private static final int FILES = 12;

  @TempDir private static Path shared;
  @TempDir private Path folder;

  /** A network that takes its time, so that there is some in which to kill. */
  @BeforeAll
  static void train(SparkSession spark) throws IOException {
    new NetworkClassifier()
        .setLayers(
            List.of(
                layer("conv2d").with("filters", 16).with("kernel-size", 5),
                layer("conv2d").with("filters", 32).with("kernel-size", 5),
                layer("max-pooling2d"),
                layer("flatten")))
        .setEpochs(1)
        .setWorkers(1)
        .fit(images(spark, 1, 9, 1))
        .save(shared.resolve("model").toString());
    images(spark, 0, ROWS, FILES).write().parquet(shared.resolve("images").toString());
  }

  @Test
  void aJobThatWasKilledLeavesNothingAndScoresAllWhenRunAgain(SparkSession spark) throws Exception {
    String[] score = score(shared.resolve("images"), "--", "--master", "local[2]");
    Kindling.Running running = Kindling.begin("kindling", folder, score);
    awaitWriting(running);
    running.kill();
    assertEquals(1, staged().size());
    assertFalse(Files.exists(folder.resolve("out")));

    assertWhole(spark, Kindling.run(folder, score).summary());
  }

  @Test
  void anExecutorThatIsKilledAndTasksRunTwiceDoubleNothing(SparkSession spark) throws Exception {
    try {
      Kindling.Run started =
          Kindling.script("cluster", folder, "start", "--workers", "2", "--memory", "2g");
      assertEquals(0, started.status(), started.err());
      Kindling.Running running =
          Kindling.begin(
              "kindling",
              folder,
              score(
                  shared.resolve("images"),
                  "--",
                  "--master",
                  started.out().strip(),
                  "--executor-memory",
                  "1g",
                  "--conf",
                  "spark.sql.files.openCostInBytes=134217728", // a task for each file
                  "--conf",
                  "spark.speculation=true",
                  "--conf",
                  "spark.speculation.multiplier=1",
                  "--conf",
                  "spark.speculation.quantile=0.1"));
      awaitWriting(running);
      Executors.under(folder).destroyForcibly();
      assertWhole(spark, running.end().summary());
    } finally {
      Kindling.script("cluster", folder, "stop");
    }
  }

  @Test
  void aStreamThatIsKilledAtAnyMomentLosesAndDoublesNothing(SparkSession spark) throws Exception {
    Path in = Files.createDirectory(folder.resolve("in"));
    String[] stream =
        score(
            in,
            "--set",
            "scoring.mode=stream",
            "--set",
            "scoring.checkpoint.dir=checkpoint",
            "--set",
            "scoring.trigger-seconds=0",
            "--set",
            "scoring.max-files-per-trigger=1");
    List<Path> files = files(shared.resolve("images"));
    for (Path file : files.subList(0, 6)) {
      put(file, in);
    }
    // In the middle of a batch, and while one ends.
    Kindling.Running first = Kindling.begin("kindling", folder, stream);
    first.awaitError("batch 0: ");
    awaitWriting(first);
    first.kill();
    Kindling.Running second = Kindling.begin("kindling", folder, stream);
    second.awaitError("batch 2: ");
    second.kill();
    for (Path file : files.subList(6, FILES)) {
      put(file, in);
    }
    Kindling.Running last = Kindling.begin("kindling", folder, stream);
    last.awaitError("batch " + (FILES - 1) + ": ");
    last.process().destroy();
    Kindling.Run run = last.end();

    assertEquals(0, run.status(), run.err());
    assertTrue(run.summary().get("batches").asLong() >= 8, run.out());
    assertEachOnce(spark);
    assertEquals(List.of(), staged());
  }

  private static String[] score(Path input, String... more) {
    List<String> arguments = new ArrayList<>(List.of("score"));
    for (String setting :
        List.of(
            "input=" + input,
            "model=" + shared.resolve("model"),
            "output=out",
            "on-bad-row=quarantine",
            "scoring.batch-size=32",
            "scoring.outputs=[prediction]")) {
      arguments.addAll(List.of("--set", setting));
    }
    arguments.addAll(Arrays.asList(more));
    return arguments.toArray(new String[0]);
  }

  /** Until a task has begun a file. */
  private void awaitWriting(Kindling.Running running) throws Exception {
    while (true) {
      for (Path hidden : staged()) {
        try (Stream<Path> files = Files.walk(hidden)) {
          if (files.anyMatch(path -> path.getFileName().toString().startsWith("part-"))) {
            return;
          }
        } catch (IOException | UncheckedIOException e) {
          // It has changed under our eyes.
        }
      }
      assertTrue(
          running.process().isAlive(), () -> "it ended before: " + Kindling.text(running.err()));
      Thread.sleep(5);
    }
  }

  private List<Path> staged() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(path -> path.getFileName().toString().startsWith(".out.")).toList();
    }
  }

  private void assertWhole(SparkSession spark, JsonNode summary) throws IOException {
    long bad = LongStream.range(0, ROWS).filter(ScoreFaultsTest::isBad).count();
    assertEquals(ROWS, summary.get("rowsRead").asLong());
    assertEquals(ROWS - bad, summary.get("rowsWritten").asLong());
    assertEquals(bad, summary.get("rowsBad").asLong());
    assertEachOnce(spark);
    assertEquals(List.of(), staged());
  }

  private void assertEachOnce(SparkSession spark) {
    Map<Boolean, List<Long>> wanted =
        LongStream.range(0, ROWS)
            .boxed()
            .collect(Collectors.partitioningBy(ScoreFaultsTest::isBad));
    assertEquals(wanted.get(false), ids(spark, "out"));
    assertEquals(wanted.get(true), ids(spark, "out.bad"));
  }

  private List<Long> ids(SparkSession spark, String name) {
    return spark
        .read()
        .parquet(folder.resolve(name).toString())
        .select("id")
        .collectAsList()
        .stream()
        .map(row -> row.getLong(0))
        .sorted()
        .toList();
  }

  private static boolean isBad(long id) {
    return id % 33 == 0;
  }

  private static List<Path> files(Path parquet) throws IOException {
    try (Stream<Path> files = Files.list(parquet)) {
      return files.filter(path -> path.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  /** A file must be whole when it appears. */
  private static void put(Path file, Path in) throws IOException {
    Path hidden = Files.copy(file, in.resolve("." + file.getFileName()));
    Files.move(hidden, in.resolve(file.getFileName()));
  }

  private static Dataset<Row> images(SparkSession spark, long from, long to, int files) {
    StructType schema =
        new StructType()
            .add("id", DataTypes.LongType)
            .add("label", DataTypes.DoubleType)
            .add("image", ImageRows.schema());
    List<Row> rows =
        LongStream.range(from, to)
            .mapToObj(id -> RowFactory.create(id, (double) (id % 2), isBad(id) ? null : image(id)))
            .toList();
    return spark.createDataFrame(rows, schema).repartition(files);
  }

  private static Row image(long id) {
    byte[] pixels = new byte[SIDE * SIDE];
    Arrays.fill(pixels, (byte) id);
    return ImageRows.toRow(null, new Pixels(SIDE, SIDE, 1, pixels));
  }
}
