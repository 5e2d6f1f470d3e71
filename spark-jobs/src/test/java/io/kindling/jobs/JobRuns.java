/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Jobs run in this JVM, and what they write. */
final class JobRuns {
  /** Standard output of the last run. */
  final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Standard error of all runs. */
  final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /**
   * Runs a job.
   *
   * @param settings each for {@code --set}
   * @return its exit status
   */
  int run(String job, List<String> settings) {
    return run(job, null, settings);
  }

  /**
   * Runs a job.
   *
   * @param conf its job file; null for none
   * @param settings each for {@code --set}
   * @return its exit status
   */
  int run(String job, Path conf, List<String> settings) {
    List<String> arguments = new ArrayList<>(List.of(job));
    if (conf != null) {
      arguments.addAll(List.of("--conf", conf.toString()));
    }
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    out.reset();
    return Main.run(
        arguments,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new Console(new PrintStream(err, true, StandardCharsets.UTF_8), false));
  }

  /** What the last run wrote to standard output. */
  JsonNode summary() throws IOException {
    return new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
  }

  /** The last line of standard error. */
  String lastLine() {
    return err.toString(StandardCharsets.UTF_8).lines().reduce("", (first, second) -> second);
  }
}
