/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command that starts a program of this class path in a JVM of its own. */
final class JavaCommand {
  private JavaCommand() {}

  /**
   * A command line.
   *
   * @param properties of the JVM, {@code name=value}
   */
  static List<String> of(String main, List<String> properties, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx3g");
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    properties.forEach(property -> command.add("-D" + property));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(arguments);
    return command;
  }

  /** The properties of a program that runs on Spark; executors get the jars of the distribution. */
  static List<String> spark(String master) {
    List<String> properties =
        new ArrayList<>(List.of("spark.master=" + master, "spark.ui.enabled=false"));
    if (!master.startsWith("local")) {
      properties.add("spark.jars=" + jars());
      properties.add("spark.executorEnv.OMP_NUM_THREADS=1");
    }
    return properties;
  }

  private static String jars() {
    Path distribution = Path.of(System.getProperty("kindling.distribution"));
    try (Stream<Path> libraries = Files.list(distribution.resolve("lib"))) {
      return Stream.concat(Stream.of(distribution.resolve("kindling.jar")), libraries)
          .map(Path::toString)
          .collect(Collectors.joining(","));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets for this JVM what {@link #spark} gives another. */
  static void setSpark(String master) {
    for (String property : spark(master)) {
      String[] parts = property.split("=", 2);
      System.setProperty(parts[0], parts[1]);
    }
  }

  /** Whether a program can be run, whatever it then says. */
  static boolean succeeds(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + Arrays.toString(command), e);
    }
  }
}
