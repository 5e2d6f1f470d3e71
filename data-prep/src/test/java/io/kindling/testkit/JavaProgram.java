/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a program of the test's class path left behind that ran in a JVM of its own.
 *
 * @param status exit status
 * @param out standard output
 * @param err standard error
 */
public record JavaProgram(int status, String out, String err) {
  private static final long PATIENCE_SECONDS = 120;

  /**
   * Runs one to its end, which is a failure of the test where it does not come in two minutes.
   *
   * @param folder for what it prints
   * @param options of the JVM
   */
  public static JavaProgram run(
      Path folder, List<String> options, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it does not end");
    } finally {
      process.destroyForcibly();
    }
    return new JavaProgram(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
