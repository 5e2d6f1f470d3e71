/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kindling.data.KindlingException;
import io.kindling.testkit.LocalSpark;
import java.nio.file.Path;
import org.apache.spark.api.java.function.ForeachFunction;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalSpark.class)
class FailureTest {
  @Test
  void aTasksOwnErrorIsToldAsItIs(SparkSession spark) {
    Exception thrown = assertThrows(Exception.class, () -> fail(spark));

    assertEquals("Cannot read row 3: it is bad", Failure.describe(thrown, "train"));
  }

  @Test
  void aTasksErrorThatArrivesAsTextIsFound() {
    RuntimeException thrown =
        new RuntimeException(
            "Job aborted due to stage failure: Lost task 0.0 in stage 1.0:"
                + " io.kindling.data.KindlingException: Cannot read a.jpg: damaged\n\tat x.Y(Y:1)");

    assertEquals("Cannot read a.jpg: damaged", Failure.describe(thrown, "prepare"));
  }

  @Test
  void sparksErrorsAreOneLine(SparkSession spark, @TempDir Path folder) {
    String missing = folder.resolve("missing").toString();
    Exception thrown = assertThrows(Exception.class, () -> spark.read().parquet(missing));

    assertEquals(
        "Cannot evaluate: [PATH_NOT_FOUND] Path does not exist: file:" + missing + ".",
        Failure.describe(thrown, "evaluate"));
  }

  @Test
  void otherErrorsAreNamedByTheirClass() {
    assertEquals(
        "Cannot train: IllegalStateException: first",
        Failure.describe(
            new RuntimeException("outer", new IllegalStateException("first\nsecond")), "train"));
    assertEquals(
        "Cannot train: NullPointerException",
        Failure.describe(new NullPointerException(), "train"));
  }

  @Test
  void outOfMemorySaysHowToGiveMore() {
    assertEquals(
        "Cannot train: out of memory (Java heap space); give the driver more, for example: --"
            + " --driver-memory 8g",
        Failure.describe(new RuntimeException(new OutOfMemoryError("Java heap space")), "train"));
  }

  private static void fail(SparkSession spark) {
    ForeachFunction<Long> bad =
        id -> {
          if (id == 3) {
            throw new KindlingException("Cannot read row 3: it is bad");
          }
        };
    spark.range(5).foreach(bad);
  }
}
