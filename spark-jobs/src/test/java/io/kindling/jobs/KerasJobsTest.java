/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A model that Keras saved, in the place of one of ours. */
@ExtendWith(LocalSpark.class)
class KerasJobsTest {
  private static final JobRuns JOBS = new JobRuns();
  private static final Path KERAS =
      Path.of(System.getProperty("kindling.root"), "estimators/src/test/resources/keras");

  @TempDir private static Path folder;

  private static String model() {
    return "model=" + KERAS.resolve("mnist-cnn.h5");
  }

  private static String digits() {
    return "input=" + folder.resolve("digits");
  }

  @BeforeAll
  static void prepare(SparkSession spark) {
    assertFalse(spark.sparkContext().isStopped());
    List<String> settings =
        List.of("format=generated", "generated.rows=200", "output=" + folder.resolve("digits"));
    assertEquals(0, JOBS.run("prepare", settings), JOBS.err::toString);
  }

  @Test
  void isEvaluatedAndScores(SparkSession spark) throws IOException {
    assertEquals(0, JOBS.run("evaluate", List.of(digits(), model())), JOBS.err::toString);
    JsonNode evaluated = JOBS.summary();
    Path scored = folder.resolve("scored");
    List<String> settings = List.of(digits(), model(), "split=test", "output=" + scored);
    assertEquals(0, JOBS.run("score", settings), JOBS.err::toString);

    long right = spark.read().parquet(scored.toString()).filter("label = prediction").count();
    assertEquals(
        (double) right / evaluated.get("examples").asLong(),
        evaluated.get("metrics").get("accuracy").asDouble(),
        1e-9);
    assertEquals(evaluated.get("examples").asLong(), JOBS.summary().get("rowsWritten").asLong());
  }

  @Test
  void trainsOn() throws IOException {
    List<String> settings =
        List.of(
            digits(),
            "network.model=" + KERAS.resolve("mnist-cnn.h5"),
            "model=" + folder.resolve("trained"),
            "training.epochs=3",
            "training.workers=1",
            "training.batch-size=16",
            "training.learning-rate=0.003");
    assertEquals(0, JOBS.run("train", settings), JOBS.err::toString);

    assertTrue(JOBS.summary().get("loss").asDouble() < 2, JOBS.out::toString);
    List<String> evaluation = List.of(digits(), "model=" + folder.resolve("trained"));
    assertEquals(0, JOBS.run("evaluate", evaluation), JOBS.err::toString);
    assertTrue(JOBS.summary().get("metrics").get("accuracy").asDouble() > 0.3, JOBS.out::toString);
  }

  @Test
  void aDamagedFileIsOneLine() throws IOException {
    byte[] whole = Files.readAllBytes(KERAS.resolve("mnist-cnn.h5"));
    Path cut = Files.write(folder.resolve("cut.h5"), Arrays.copyOf(whole, whole.length / 2));

    assertEquals(1, JOBS.run("evaluate", List.of(digits(), "model=" + cut)));

    assertEquals(
        "error: Cannot read the Keras file %s: it has %d bytes, but shall have %d; copy it anew"
            .formatted(cut, whole.length / 2, whole.length),
        JOBS.lastLine());
  }

  @Test
  void aNetworkOfOtherInputsIsRefused() {
    List<String> settings = List.of(digits(), "model=" + KERAS.resolve("stacked-lstm.h5"));

    assertEquals(1, JOBS.run("evaluate", settings));

    assertTrue(
        JOBS.lastLine().startsWith("error: Cannot feed the network: there is no column sequence"),
        JOBS.lastLine());
  }
}
