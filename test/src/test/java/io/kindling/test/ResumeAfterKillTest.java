/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.testkit.LocalSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A driver that dies in mid-training, and the same command again. */
@ExtendWith(LocalSpark.class)
@Tag("long")
class ResumeAfterKillTest {
  private static final int EPOCHS = 5;
  private static final long LONGEST_MINUTES = 4;

  @TempDir private Path folder;

  @Test
  void aKilledTrainingEndsWithTheModelOfAnUninterruptedOneWhenStartedAgain(SparkSession spark)
      throws Exception {
    assertFalse(spark.sparkContext().isStopped());
    Kindling.set(
            folder,
            "prepare",
            "format=generated",
            "generated.rows=900",
            "splits.validation=0.1",
            "output=digits")
        .summary();
    JsonNode whole = Kindling.run(folder, train("whole")).summary();

    String[] again = train("resumed", "training.checkpoint.dir=checkpoints");
    killAfter(again, 2);
    assertFalse(Files.exists(folder.resolve("resumed")));
    Kindling.Run run = Kindling.run(folder, again);
    JsonNode resumed = run.summary();

    assertTrue(run.err().contains("going on from " + folder.toRealPath()), run.err());
    assertTrue(resumed.get("resumedFrom").asText().contains("checkpoint-0000"), resumed.toString());
    assertEquals(EPOCHS * whole.get("examples").asLong(), resumed.get("examplesTrained").asLong());
    for (String field :
        List.of("examples", "examplesTrained", "epochs", "rounds", "loss", "validation")) {
      assertEquals(whole.get(field), resumed.get(field), field);
    }
    NetworkArtifact expected = load("whole");
    NetworkArtifact found = load("resumed");
    assertArrayEquals(expected.params(), found.params());
    assertArrayEquals(expected.updaterState(), found.updaterState());
    assertEquals(expected.iterations(), found.iterations());
    assertEquals(expected.epochs(), found.epochs());
    // The model is saved, so the next training starts anew.
    assertFalse(Files.exists(folder.resolve("checkpoints")));
  }

  private NetworkArtifact load(String model) {
    return NetworkClassificationModel.load(folder.resolve(model).toString()).artifact();
  }

  /** Starts a job, and kills its process once so many checkpoints have been written. */
  private void killAfter(String[] arguments, int checkpoints) throws Exception {
    Kindling.Running running = Kindling.begin("kindling", folder, arguments);
    Process process = running.process();
    try {
      Path awaited = folder.resolve("checkpoints/checkpoint-%08d".formatted(checkpoints));
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(LONGEST_MINUTES);
      while (!Files.exists(awaited)) {
        assertTrue(
            process.isAlive(),
            () -> "it ended before it was killed:\n" + Kindling.text(running.err()));
        assertTrue(
            System.nanoTime() < deadline,
            () -> "no " + awaited + "\n" + Kindling.text(running.err()));
        Thread.sleep(10);
      }
    } finally {
      running.kill();
    }
    assertNotEquals(0, process.waitFor());
  }

  private static String[] train(String model, String... settings) {
    List<String> arguments =
        new ArrayList<>(List.of("train", "--conf", Kindling.conf("quickstart.conf").toString()));
    for (String setting :
        List.of(
            "input=digits",
            "model=" + model,
            "network.layers=[{conv2d {filters = 4, kernel-size = 3, activation = relu}},"
                + " max-pooling2d, batch-normalization, {dropout {rate = 0.3}}, flatten]",
            "training.epochs=" + EPOCHS,
            "training.averaging-frequency=2",
            "training.workers=2")) {
      arguments.addAll(List.of("--set", setting));
    }
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return arguments.toArray(new String[0]);
  }
}
