/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Job {@code doctor} on a standalone cluster of two worker processes. */
class DoctorTest {
  @TempDir private Path folder;

  @AfterEach
  void stop() throws Exception {
    Kindling.script("cluster", folder, "stop");
  }

  @Test
  void everyExecutorIsLookedAt() throws Exception {
    Kindling.Run started =
        Kindling.script("cluster", folder, "start", "--workers", "2", "--memory", "2g");
    assertEquals(0, started.status(), started.err());
    String master = started.out().strip();

    Kindling.Run broken =
        Kindling.run(
            folder,
            "doctor",
            "--",
            "--master",
            master,
            "--executor-memory",
            "1g",
            "--conf",
            "spark.executorEnv.OMP_NUM_THREADS=64",
            "--conf",
            "spark.executor.extraJavaOptions=-Dorg.eclipse.deeplearning4j.helpers.disable=true");
    assertEquals(1, broken.status());
    assertEquals("error: Cannot run well: 2 checks failed, as told above", broken.lastError());
    for (String executor : List.of("executor 0 on ", "executor 1 on ")) {
      List<String> lines = broken.err().lines().filter(line -> line.contains(executor)).toList();
      for (String beginning :
          Stream.of(
                  "warn  %s127.0.0.1: threads: OMP_NUM_THREADS=64 for each of 1 task slots on ",
                  "fail  %s127.0.0.1: convolution: oneDNN's helpers are off: ",
                  "ok    %s127.0.0.1: clock: within ")
              .map(pattern -> pattern.formatted(executor))
              .toList()) {
        assertTrue(lines.stream().anyMatch(line -> line.startsWith(beginning)), broken::err);
      }
    }
    assertTrue(broken.err().contains("warn  host 127.0.0.1: threads: 2 executors compute by 128 "));
    assertTrue(broken.err().contains("ok    driver: executors: 2 reached, with 2 task slots"));
  }
}
