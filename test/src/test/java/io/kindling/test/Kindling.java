/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Runs {@code submit-scripts/kindling} as a user does: a process, its output, its exit status. */
final class Kindling {
  private static final Path ROOT = Path.of(System.getProperty("kindling.root"));

  /** What a build writes last. */
  private static final Path BUILT = ROOT.resolve("spark-jobs/target/embedded-spark.jvm-options");

  private Kindling() {}

  /**
   * What a run left behind.
   *
   * @param status exit status
   * @param out standard output
   * @param err standard error
   */
  record Run(int status, String out, String err) {
    /** The last line of standard output, which must be the job's summary. */
    JsonNode summary() {
      List<String> lines = out.lines().toList();
      if (status != 0 || lines.isEmpty()) {
        throw new AssertionError("exit status " + status + "\n" + err);
      }
      try {
        return new ObjectMapper().readTree(lines.get(lines.size() - 1));
      } catch (IOException e) {
        throw new AssertionError("no JSON: " + lines.get(lines.size() - 1), e);
      }
    }

    /** The last line of standard error. */
    String lastError() {
      List<String> lines = err.lines().toList();
      return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }
  }

  /**
   * A run on its way.
   *
   * @param out where its standard output goes
   * @param err likewise
   */
  record Running(Process process, Path out, Path err) {
    /** Waits until standard error has a text. */
    void awaitError(String text) throws Exception {
      while (!Files.readString(err).contains(text)) {
        if (!process.isAlive()) {
          throw new AssertionError("it ended without '" + text + "'\n" + Files.readString(err));
        }
        Thread.sleep(50);
      }
    }

    /** SIGKILL to the launcher's process and all that it started. */
    void kill() throws InterruptedException {
      try (Stream<ProcessHandle> children = process.descendants()) {
        children.forEach(ProcessHandle::destroyForcibly);
      }
      process.destroyForcibly().waitFor();
    }

    Run end() throws Exception {
      int status = process.waitFor();
      return new Run(status, Files.readString(out), Files.readString(err));
    }
  }

  /** What a file holds, or why it cannot be read. */
  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  static Path conf(String name) {
    return ROOT.resolve("conf").resolve(name);
  }

  /** Runs a job from an empty working directory. */
  static Run run(Path directory, String... arguments) throws Exception {
    return script("kindling", directory, arguments);
  }

  /** Runs a job with settings {@code KEY=VALUE}, each given by {@code --set}. */
  static Run set(Path directory, String job, String... settings) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(job));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return run(directory, arguments.toArray(new String[0]));
  }

  /**
   * Runs one of the submit scripts. What they keep between runs is under {@code directory}: a
   * cluster of the user's is none of theirs.
   */
  static Run script(String name, Path directory, String... arguments) throws Exception {
    return begin(name, directory, arguments).end();
  }

  /** As {@link #script}, without waiting for its end. */
  static Running begin(String name, Path directory, String... arguments) throws IOException {
    return begin(Map.of(), name, directory, arguments);
  }

  /** As {@link #begin(String, Path, String...)}, with other values of the environment. */
  static Running begin(
      Map<String, String> environment, String name, Path directory, String... arguments)
      throws IOException {
    assumeBuilt();
    List<String> command = new ArrayList<>();
    command.add(ROOT.resolve("submit-scripts").resolve(name).toString());
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(directory, "out", ".txt");
    Path err = Files.createTempFile(directory, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().remove("SPARK_HOME");
    builder.environment().put("TMPDIR", directory.toString());
    builder.environment().putAll(environment);
    return new Running(builder.start(), out, err);
  }

  /** Or the launcher would build, in the midst of the build that runs this test. */
  private static void assumeBuilt() {
    if (!Files.exists(BUILT)) {
      System.err.println("SKIPPED: there is no distribution; it is made by the phase package");
    }
    Assumptions.assumeTrue(Files.exists(BUILT));
  }
}
