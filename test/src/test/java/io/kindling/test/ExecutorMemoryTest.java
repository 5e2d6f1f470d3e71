/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With the memory that {@code --size-memory} gives, executors train, and keep to it. */
@Tag("long")
class ExecutorMemoryTest {
  private static final Pattern TOLD =
      Pattern.compile("Memory of an executor in training, 2 tasks at once: (\\d+) MB in all");
  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  @TempDir private Path folder;

  @AfterEach
  void stopTheCluster() throws Exception {
    Kindling.script("cluster", folder, "stop");
  }

  @ParameterizedTest
  @CsvSource({"lenet, 64", "resnet20, 64"})
  void anExecutorTakesNoMoreThanItIsGiven(String network, int batch) throws Exception {
    String conf = Kindling.conf("quickstart.conf").toString();
    Kindling.run(
            folder, "prepare", "--conf", conf, "--set", "generated.rows=3000", "--set", "output=d")
        .summary();
    Kindling.Run started =
        Kindling.script(
            "cluster",
            folder,
            "start",
            "--workers",
            "1",
            "--cores-per-worker",
            "2",
            "--memory",
            "8g");
    assertEquals(0, started.status(), started.err());
    Kindling.Running running =
        Kindling.begin(
            "kindling",
            folder,
            "train",
            "--set",
            "network.name=" + network,
            "--set",
            "training.batch-size=" + batch,
            "--set",
            "training.epochs=2",
            "--set",
            "input=d",
            "--set",
            "model=m",
            "--size-memory",
            "--",
            "--master",
            started.out().strip(),
            "--executor-cores",
            "2");
    long peak = 0;
    while (running.process().isAlive()) {
      for (ProcessHandle executor : Executors.allUnder(folder)) {
        peak = Math.max(peak, peak(executor));
      }
      Thread.sleep(100);
    }
    Kindling.Run run = running.end();
    JsonNode summary = run.summary();
    assertEquals(2, summary.get("workers").asInt());
    Matcher told = TOLD.matcher(run.err());
    assertTrue(told.find(), run.err());
    long given = Long.parseLong(told.group(1));
    System.out.printf("%s: an executor took %d MB of %d MB%n", network, peak >> 10, given);
    assertTrue(peak > 0 && peak >> 10 <= given, peak + " kB of " + given + " MB");
  }

  /** Resident memory at its highest, kB; 0 of a process that has ended. */
  private static long peak(ProcessHandle process) {
    try {
      Matcher line = PEAK.matcher(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
      return line.find() ? Long.parseLong(line.group(1)) : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
