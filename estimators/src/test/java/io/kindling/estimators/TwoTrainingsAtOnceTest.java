/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kindling.testkit.JavaProgram;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings share executors and slots, and nothing else. */
@ExtendWith(LocalSpark.class)
class TwoTrainingsAtOnceTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"barrier", "elastic"})
  void theModelsAreThoseOfOneAfterTheOther(String rounds) throws Exception {
    SparkSession spark = LocalSpark.session();
    Dataset<Row> points = Vectors2d.clouds(spark, 300, 2);
    float[] first = TrainingsAtOnce.train(points, 1, rounds);
    float[] second = TrainingsAtOnce.train(points, 2, rounds);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<float[]> firstAtOnce = threads.submit(() -> TrainingsAtOnce.train(points, 1, rounds));
      Future<float[]> secondAtOnce = threads.submit(() -> TrainingsAtOnce.train(points, 2, rounds));
      assertArrayEquals(first, firstAtOnce.get());
      assertArrayEquals(second, secondAtOnce.get());
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * Pools that share four slots; and tasks of two CPUs, of which there are two at once. The program
   * ends by itself: no thread that Spark or Kindling started keeps it.
   */
  @ParameterizedTest
  @CsvSource({"barrier, 1, 4", "elastic, 2, 2"})
  void soTheyAreWithSparksFairSchedulerAndWithTasksOfSeveralCpus(String rounds, int cpus, int slots)
      throws Exception {
    String line =
        application(
            List.of(
                "spark.master=local[4]", "spark.scheduler.mode=FAIR", "spark.task.cpus=" + cpus),
            rounds);
    assertEquals(
        "same=true pools=[pool1, pool2] workers=%d threads=%d".formatted(slots, cpus), line);
  }

  /** What {@link TrainingsAtOnce} prints in a JVM of its own. */
  private String application(List<String> properties, String rounds)
      throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(List.of("-Xmx1g"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(options::add);
    properties.forEach(property -> options.add("-D" + property));
    options.addAll(List.of("-Dspark.ui.enabled=false", "-Dspark.driver.host=127.0.0.1"));
    JavaProgram program = JavaProgram.run(folder, options, TrainingsAtOnce.class, rounds);
    assertEquals(0, program.status(), program.err());
    return program.out().strip();
  }
}
