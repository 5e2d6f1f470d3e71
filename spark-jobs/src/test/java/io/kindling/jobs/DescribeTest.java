/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Job {@code describe}: by a shape, by data, of a model. */
@ExtendWith(LocalSpark.class)
class DescribeTest {
  private static final JobRuns JOBS = new JobRuns();

  /** Of lenet on 28 x 28 x 1 with ten classes, by hand. */
  private static final long LENET =
      20 * 25 + 20 + 50 * 20 * 25 + 50 + 800 * 500 + 500 + 500 * 10 + 10;

  @BeforeAll
  static void start(SparkSession spark) {
    assertFalse(spark.sparkContext().isStopped());
  }

  @Test
  void byAShapeByDataAndOfAModelItIsTheSame(@TempDir Path folder) throws IOException {
    run("describe", "network.name=lenet", "describe.input-shape=[28,28,1]");
    JsonNode byShape = JOBS.summary();
    assertEquals("describe", byShape.get("job").asText());
    assertEquals(LENET, byShape.get("params").asLong());
    assertEquals(LENET, byShape.get("trainableParams").asLong());
    assertEquals(64, byShape.get("batchSize").asInt());
    assertTrue(byShape.get("trainingMemoryBytes").asLong() > 16 * LENET);
    assertEquals("Conv2D", byShape.get("layers").get(0).get("type").asText());
    String table = JOBS.err.toString(StandardCharsets.UTF_8);
    assertTrue(table.contains("Layer (type)"), table);
    assertTrue(table.contains("Total params: 431,080"), table);
    assertTrue(table.contains("Memory of a worker in training, minibatches of 64: "), table);
    JsonNode memory = byShape.get("executorMemory");
    assertEquals(1, memory.get("slots").asInt());
    long mb = 1 << 20;
    long wholeProcess = memory.get("heap").asLong() + memory.get("overhead").asLong();
    assertTrue(
        table.contains(
            "Memory of an executor in training, 1 task at once: %d MB in all, --conf spark.executor.memory=%dm --conf spark.kindling.native-memory=%dm --conf spark.executor.memoryOverhead=%dm"
                .formatted(
                    wholeProcess / mb,
                    memory.get("heap").asLong() / mb,
                    memory.get("nativeMemory").asLong() / mb,
                    memory.get("overhead").asLong() / mb)),
        table);
    assertEquals(384 * mb, memory.get("overhead").asLong() - memory.get("nativeMemory").asLong());

    String data = "input=" + folder.resolve("digits");
    String model = "model=" + folder.resolve("model");
    run("prepare", "format=generated", "generated.rows=100", "output=" + folder.resolve("digits"));
    // As a job file for train has it, with a model that is not there yet.
    run("describe", "network.name=lenet", data, model);
    assertEquals(byShape.get("layers"), JOBS.summary().get("layers"));

    run("train", "network.name=lenet", data, model, "training.epochs=1", "training.workers=1");
    run("describe", model);
    JsonNode ofModel = JOBS.summary();
    assertEquals(byShape.get("layers"), ofModel.get("layers"));
    assertEquals(byShape.get("trainingMemoryBytes"), ofModel.get("trainingMemoryBytes"));

    // A new head on what the model has learnt.
    run(
        "describe",
        "network.model=" + folder.resolve("model"),
        data,
        "network.freeze-up-to=dense-1");
    assertEquals(LENET, JOBS.summary().get("params").asLong());
    assertEquals(500 * 10 + 10, JOBS.summary().get("trainableParams").asLong());
    assertEquals(
        byShape.get("multiplyAddsPerExample"), JOBS.summary().get("multiplyAddsPerExample"));
  }

  @Test
  void sequencesAndTextsByTheirShapes() throws IOException {
    run("describe", "network.name=sequence-lstm", "describe.input-shape=[30,3]");
    assertEquals("[30,50]", JOBS.summary().get("layers").get(0).get("outputShape").toString());
    run(
        "describe",
        "network.name=text-lstm",
        "describe.input-shape=[80]",
        "text.vocabulary-size=500",
        "describe.classes=2");
    assertEquals(500 * 64, JOBS.summary().get("layers").get(0).get("params").asInt());
    run(
        "describe",
        "network.name=mlp",
        "training.task=regression",
        "describe.input-shape=[4,4,1]",
        "training.optimizer=sgd");
    assertEquals(16 * 256 + 256 + 257, JOBS.summary().get("params").asInt());
  }

  @Test
  void whatIsMissingIsSaid() {
    assertEquals(2, JOBS.run("describe", List.of()));
    assertEquals(
        "error: Cannot describe: key 'model' is not set; give a trained model's folder, as no"
            + " network.* is set, with --set model=..., or in a --conf file",
        JOBS.lastLine());
    assertEquals(2, JOBS.run("describe", List.of("network.name=lenet")));
    assertEquals(
        "error: Cannot describe: nothing tells what the network takes; give a prepared data set"
            + " with --set input=..., or the shape of an example with --set"
            + " describe.input-shape=[28,28,1]",
        JOBS.lastLine());
    assertEquals(
        2, JOBS.run("describe", List.of("network.name=lenet", "describe.input-shape=[28,a]")));
    assertTrue(
        JOBS.lastLine().endsWith("whole numbers of 1 or more, such as [28, 28, 1]"),
        JOBS.lastLine());
  }

  private static void run(String job, String... settings) {
    assertEquals(0, JOBS.run(job, List.of(settings)), JOBS.err::toString);
  }
}
