/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * GPUs that a standalone cluster pretends to have: the tasks are bound to those that Spark gave
 * them, which the executors' logs tell.
 */
@Tag("long")
class GpuClusterTest {
  private static final Pattern BOUND =
      Pattern.compile(
          "(Training|Scoring) of partition (\\d+) on GPU (\\d+); Spark gave \\[(\\d+)\\]");

  @TempDir private Path folder;
  private String master;

  /** What an executor's log says of a task. */
  private record Bound(String work, int partition, int device, int address) {}

  private void start(String cores) throws Exception {
    Kindling.run(
            folder,
            "prepare",
            "--conf",
            Kindling.conf("quickstart.conf").toString(),
            "--set",
            "generated.rows=400",
            "--set",
            "output=d")
        .summary();
    Kindling.Run started =
        Kindling.script(
            "cluster",
            folder,
            "start",
            "--workers",
            "2",
            "--cores-per-worker",
            cores,
            "--memory",
            "2g",
            "--gpus-per-worker",
            "1");
    assertEquals(0, started.status(), started.err());
    master = started.out().strip();
  }

  @AfterEach
  void stop() throws Exception {
    Kindling.script("cluster", folder, "stop");
  }

  @Test
  void eachTaskHasTheGpuThatSparkGaveIt() throws Exception {
    start("1");
    assertEquals(2, train("m", 2, "--gpus", "1").summary().get("workers").asInt());
    Kindling.Run scored =
        job(
            List.of("score", "--set", "input=d", "--set", "model=m", "--set", "output=scored"),
            "--gpus",
            "1");
    assertTrue(scored.err().contains("Computing on GPUs that are pretended, 1 for each task"));
    scored.summary();
    List<Bound> bound = bound();
    bound.forEach(one -> assertEquals(one.address(), one.device(), one::toString));
    assertEquals(List.of(0, 1), devices(bound, "Training"));
    assertEquals(List.of(0, 1), devices(bound, "Scoring"));

    Kindling.Run tooMany =
        job(
            List.of("evaluate", "--set", "input=d", "--set", "model=m"),
            List.of("--conf", "spark.kindling.executor-wait=3s"),
            "--gpus",
            "2");
    assertEquals(1, tooMany.status());
    assertTrue(
        tooMany
            .lastError()
            .startsWith(
                "error: Cannot get executors with 2 GPUs each: " + master + " gave none in 3 s"),
        tooMany.lastError());
    Kindling.Run none = job(List.of("evaluate", "--set", "input=d", "--set", "model=m"));
    assertEquals(
        "error: Cannot compute on CPUs: this build of Kindling is for GPUs, and the application asks for none; add --gpus 1, or build without -Pcuda",
        none.lastError());
  }

  @Test
  void twoTasksShareAGpu() throws Exception {
    start("2");
    train("m", 4, "--gpus", "1", "--tasks-per-gpu", "2").summary();
    List<Bound> bound = bound();
    bound.forEach(one -> assertEquals(one.address(), one.device(), one::toString));
    assertEquals(List.of(0, 1), devices(bound, "Training"));
    assertEquals(
        List.of(0, 1, 2, 3), bound.stream().map(Bound::partition).distinct().sorted().toList());
  }

  private Kindling.Run train(String model, int workers, String... launcher) throws Exception {
    return job(
        List.of(
            "train",
            "--conf",
            Kindling.conf("quickstart.conf").toString(),
            "--set",
            "input=d",
            "--set",
            "model=" + model,
            "--set",
            "training.workers=" + workers,
            "--set",
            "training.epochs=1"),
        launcher);
  }

  private Kindling.Run job(List<String> job, String... launcher) throws Exception {
    return job(job, List.of(), launcher);
  }

  private Kindling.Run job(List<String> job, List<String> submit, String... launcher)
      throws Exception {
    List<String> all = new ArrayList<>(job);
    all.addAll(List.of(launcher));
    all.addAll(
        List.of(
            "--",
            "--master",
            master,
            "--executor-memory",
            "1g",
            "--conf",
            "spark.kindling.pretend-gpus=2"));
    all.addAll(submit);
    return Kindling.run(folder, all.toArray(new String[0]));
  }

  private static List<Integer> devices(List<Bound> bound, String work) {
    return bound.stream()
        .filter(one -> one.work().equals(work))
        .map(Bound::device)
        .distinct()
        .sorted()
        .toList();
  }

  private List<Bound> bound() throws IOException {
    List<Bound> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path log : files.filter(file -> file.endsWith("stderr")).toList()) {
        Matcher lines = BOUND.matcher(Files.readString(log));
        while (lines.find()) {
          all.add(
              new Bound(
                  lines.group(1),
                  Integer.parseInt(lines.group(2)),
                  Integer.parseInt(lines.group(3)),
                  Integer.parseInt(lines.group(4))));
        }
      }
    }
    return all;
  }
}
