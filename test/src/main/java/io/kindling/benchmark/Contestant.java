/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One line of the comparison: processes that train at the same time, together.
 *
 * @param name for the table
 * @param command of one process
 * @param processes how many
 * @param threads value of {@code OMP_NUM_THREADS}; null to leave it as a user's shell has it
 */
record Contestant(String name, List<String> command, int processes, String threads) {

  /**
   * What a run gave.
   *
   * @param examplesPerSecond of all processes together, the median of the epochs after the first
   * @param examples trained on in an epoch, of all processes together
   */
  record Result(double examplesPerSecond, long examples) {}

  /** Runs the processes to their end. */
  Result run() throws IOException, InterruptedException {
    List<Process> running = new ArrayList<>();
    try {
      for (int i = 0; i < processes; i++) {
        running.add(start());
      }
      double examplesPerSecond = 0;
      long examples = 0;
      for (Process process : running) {
        // A few lines each: no process waits for its reader.
        List<EpochLine> epochs = epochs(process);
        if (process.waitFor() != 0 || epochs.isEmpty()) {
          throw new IOException(name + " failed, as it says above");
        }
        List<EpochLine> warm = epochs.size() > 1 ? epochs.subList(1, epochs.size()) : epochs;
        examplesPerSecond +=
            Report.median(warm.stream().map(EpochLine::examplesPerSecond).toList());
        examples += warm.get(warm.size() - 1).examples();
      }
      return new Result(examplesPerSecond, examples);
    } finally {
      running.forEach(Process::destroyForcibly);
    }
  }

  private Process start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    Map<String, String> environment = builder.environment();
    environment.remove("OMP_NUM_THREADS");
    if (threads != null) {
      environment.put("OMP_NUM_THREADS", threads);
    }
    return builder.start();
  }

  private static List<EpochLine> epochs(Process process) throws IOException {
    List<EpochLine> epochs = new ArrayList<>();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        EpochLine.parse(line).ifPresent(epochs::add);
      }
    }
    return epochs;
  }
}
