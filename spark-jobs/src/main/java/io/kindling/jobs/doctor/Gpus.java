/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The GPUs of a machine, looked for where the build computes on them.
 *
 * @param problem why they are not known; null where they are
 */
record Gpus(List<Gpu> gpus, String problem) implements Check {
  private static final String PROGRAM = "nvidia-smi";
  private static final int PATIENCE_SECONDS = 20;

  static Gpus here() {
    return toldBy(PROGRAM);
  }

  /** What a program tells, by its path or name. */
  static Gpus toldBy(String program) {
    try {
      Gpus told = asked(program, Gpu.QUERY + "," + Gpu.CAPABILITY);
      return told.problem == null ? told : asked(program, Gpu.QUERY);
    } catch (IOException e) {
      return new Gpus(List.of(), "there is no program " + PROGRAM);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Gpus(List.of(), PROGRAM + " was interrupted");
    }
  }

  private static Gpus asked(String program, String query) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(program, "--query-gpu=" + query, "--format=csv,noheader")
            .redirectErrorStream(true)
            .start();
    // It hangs where a driver does. What it prints fits the pipe.
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return new Gpus(List.of(), "%s did not answer in %d s".formatted(PROGRAM, PATIENCE_SECONDS));
    }
    try (InputStream printed = process.getInputStream()) {
      return of(process.exitValue(), new String(printed.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** What the program printed, with its exit status. */
  static Gpus of(int status, String printed) {
    List<Gpu> gpus = Gpu.parse(printed);
    return new Gpus(
        gpus,
        status == 0 && !gpus.isEmpty()
            ? null
            : "%s names none: %s"
                .formatted(PROGRAM, printed.strip().lines().findFirst().orElse("")));
  }

  @Override
  public List<Finding> findings(String where) {
    return problem == null
        ? gpus.stream().map(gpu -> gpu.finding(where)).toList()
        : List.of(
            Finding.fail(
                "gpu",
                where,
                "this build is for GPUs, but " + problem,
                "install NVIDIA's driver, or build without -Pcuda"));
  }
}
