/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.test;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same job file on a standalone cluster of two worker processes. */
class ClusterTest {
  @TempDir private Path folder;

  @AfterEach
  void stopTheCluster() throws Exception {
    Kindling.script("cluster", folder, "stop");
  }

  @Test
  void aClusterOfTwoWorkerProcessesTrainsTheModelThatOneProcessTrains() throws Exception {
    String conf = Kindling.conf("quickstart.conf").toString();
    Kindling.run(
            folder, "prepare", "--conf", conf, "--set", "generated.rows=1500", "--set", "output=d")
        .summary();
    Kindling.Run started =
        Kindling.script("cluster", folder, "start", "--workers", "2", "--memory", "2g");
    assertEquals(0, started.status(), started.err());
    String master = started.out().strip();

    JsonNode cluster =
        train(conf, "on-cluster", "--", "--master", master, "--executor-memory", "1g");
    // Two cores here too: how a folder is split into partitions depends on it.
    JsonNode local = train(conf, "here", "--", "--master", "local[2]");
    assertEquals(2, cluster.get("workers").asInt());
    assertEquals(local.get("examplesTrained"), cluster.get("examplesTrained"));
    assertEquals(local.get("loss"), cluster.get("loss"));
    JsonNode evaluated =
        Kindling.run(
                folder,
                "evaluate",
                "--set",
                "input=d",
                "--set",
                "model=on-cluster",
                "--",
                "--master",
                master,
                "--executor-memory",
                "1g",
                "--conf",
                "spark.serializer=org.apache.spark.serializer.KryoSerializer")
            .summary();
    JsonNode evaluatedHere =
        Kindling.run(folder, "evaluate", "--set", "input=d", "--set", "model=here").summary();
    assertEquals(evaluatedHere.get("metrics"), evaluated.get("metrics"));
  }

  private JsonNode train(String conf, String model, String... submitOptions) throws Exception {
    String[] arguments = {
      "train",
      "--conf",
      conf,
      "--set",
      "input=d",
      "--set",
      "model=" + model,
      "--set",
      "training.workers=2",
      "--set",
      "training.epochs=1"
    };
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + submitOptions.length);
    System.arraycopy(submitOptions, 0, all, arguments.length, submitOptions.length);
    return Kindling.run(folder, all).summary();
  }
}
