/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.jobs.conf.JobFiles;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each job file that comes with Kindling, from raw files to scored Parquet, on a few rows. */
@ExtendWith(LocalSpark.class)
class EveryJobFileTest {
  private static final Path CONF =
      Path.of(System.getProperty("kindling.root", ".")).resolve("conf").toAbsolutePath();

  @TempDir Path folder;

  static List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(CONF)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".conf") && !name.equals("reference.conf"))
          .sorted()
          .toList();
    }
  }

  @Test
  void thereAreJobFiles() throws IOException {
    assertTrue(files().contains("mnist-cnn.conf"), files().toString());
  }

  @ParameterizedTest
  @MethodSource("files")
  void aJobFileRunsFromRawFilesToScoredRows(String name) throws IOException {
    Path file = CONF.resolve(name);
    String format = new JobFiles().addFile(file).read().format();
    List<String> settings =
        new ArrayList<>(
            List.of("output=" + folder.resolve("out"), "training.epochs=1", "training.workers=2"));
    if (format.startsWith("generated")) {
      settings.add("generated.rows=120");
    } else {
      Path input = folder.resolve("input");
      DataSlices.write(format, input);
      settings.add("input=" + input);
    }
    JobRuns runs = new JobRuns();
    assertEquals(0, runs.run("run", file, settings), runs::lastLine);
    JsonNode summary = runs.summary();
    String main = summary.path("metrics").has("accuracy") ? "accuracy" : "mse";
    assertTrue(
        Double.isFinite(summary.path("metrics").path(main).asDouble(Double.NaN)),
        summary.toString());
    Dataset<Row> scored = SparkSession.active().read().parquet(summary.path("scored").asText());
    assertEquals(summary.path("examples").asLong(), scored.count());
    assertTrue(scored.count() > 0);
  }

  @Test
  void runReplacesNothingUnasked() throws IOException {
    Path model = Files.createDirectories(folder.resolve("out/model"));
    JobRuns runs = new JobRuns();
    assertEquals(
        1,
        runs.run(
            "run",
            CONF.resolve("quickstart.conf"),
            List.of("output=" + folder.resolve("out"), "generated.rows=20")));
    assertEquals(
        "error: Cannot write "
            + model
            + ": it exists already; choose another output, or set overwrite = true",
        runs.lastLine());
    assertTrue(Files.notExists(folder.resolve("out/data")));
  }

  @Test
  void runSaysBeforeItTrainsThatThereIsNothingToTestOn() {
    JobRuns runs = new JobRuns();
    assertEquals(
        1,
        runs.run(
            "run",
            CONF.resolve("quickstart.conf"),
            List.of("output=" + folder.resolve("out"), "generated.rows=20", "splits.test=0")));
    assertTrue(runs.lastLine().contains("has no split 'test'; it has train"), runs.lastLine());
    assertTrue(Files.notExists(folder.resolve("out/model")));
  }
}
