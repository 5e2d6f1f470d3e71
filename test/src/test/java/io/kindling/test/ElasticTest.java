/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers come and go while a training with dynamic allocation runs on a standalone cluster. */
@Tag("long")
class ElasticTest {
  private static final int EPOCHS = 10;
  private static final String CLUSTER = "cluster";

  @TempDir private Path folder;

  @AfterEach
  void stopTheCluster() throws Exception {
    Kindling.script(CLUSTER, folder, "stop");
  }

  @Test
  void everyExampleIsTrainedOnOnceAnEpoch() throws Exception {
    String conf = Kindling.conf("quickstart.conf").toString();
    Kindling.run(
            folder, "prepare", "--conf", conf, "--set", "generated.rows=3000", "--set", "output=d")
        .summary();
    Kindling.Run started =
        Kindling.script(CLUSTER, folder, "start", "--workers", "2", "--memory", "1g");
    assertEquals(0, started.status(), started.err());
    Kindling.Running training =
        Kindling.begin(
            "kindling",
            folder,
            "train",
            "--conf",
            conf,
            "--set",
            "input=d",
            "--set",
            "model=m",
            "--set",
            "training.workers=2",
            "--set",
            "training.averaging-frequency=2",
            "--set",
            "training.epochs=" + EPOCHS,
            "--",
            "--master",
            started.out().strip(),
            "--executor-memory",
            "1g",
            "--conf",
            "spark.dynamicAllocation.enabled=true",
            "--conf",
            "spark.dynamicAllocation.shuffleTracking.enabled=true",
            "--conf",
            "spark.dynamicAllocation.minExecutors=1",
            "--conf",
            "spark.dynamicAllocation.maxExecutors=3");
    training.awaitError("epoch 2/" + EPOCHS + ":");
    add();
    training.awaitError("epoch 4/" + EPOCHS + ":");
    kill(1);
    training.awaitError("epoch 6/" + EPOCHS + ":");
    add();
    training.awaitError("epoch 7/" + EPOCHS + ":");
    kill(2);
    JsonNode summary = training.end().summary();
    assertEquals(EPOCHS, summary.get("epochs").asInt());
    assertEquals(
        summary.get("examples").asLong() * EPOCHS, summary.get("examplesTrained").asLong());
    assertEquals(
        List.of(true, true),
        List.of(Files.exists(folder.resolve("m/data")), summary.get("loss").asDouble() < 1));
  }

  private void add() throws Exception {
    Kindling.Run added = Kindling.script(CLUSTER, folder, "add");
    assertEquals(0, added.status(), added.err());
  }

  /** A worker and its executors are gone at once, as with a machine that fails. */
  private void kill(int worker) throws Exception {
    try (var folders = Files.list(folder)) {
      Path state =
          folders
              .filter(path -> path.getFileName().toString().startsWith("kindling-cluster-"))
              .findFirst()
              .orElseThrow();
      long pid =
          Long.parseLong(Files.readString(state.resolve("worker-" + worker + ".pid")).strip());
      assertTrue(ProcessHandle.of(pid).orElseThrow().destroyForcibly());
      Executors.allUnder(state.resolve("work-" + worker)).forEach(ProcessHandle::destroyForcibly);
    }
  }
}
