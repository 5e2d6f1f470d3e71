/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.jobs.Main;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A job in a JVM of its own, which a test sets up, and breaks. */
final class SeparateRun {
  private static final long PATIENCE_SECONDS = 180;

  private final Path folder;
  private final List<String> options = new ArrayList<>();
  private final StringBuilder classPath = new StringBuilder(System.getProperty("java.class.path"));
  private String threads = "1";
  private int status;
  private List<String> errors = List.of();
  private String summary = "";

  /**
   * @param folder for what it prints, and the jars that are made for it
   */
  SeparateRun(Path folder) {
    this.folder = folder;
    options.addAll(
        List.of(
            "-Xmx1g",
            "-XX:+UseParallelGC",
            "-Dspark.master=local[2]",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1"));
  }

  /** Opens what Spark needs, as a launcher does. */
  SeparateRun opened() {
    JavaPlatform.OPENED.forEach(
        name -> options.add("--add-opens=java.base/%s=ALL-UNNAMED".formatted(name)));
    return this;
  }

  SeparateRun set(String property, String value) {
    options.add("-D" + property + "=" + value);
    return this;
  }

  /**
   * @param value of the variable {@code OMP_NUM_THREADS}; null to leave it unset
   */
  SeparateRun threads(String value) {
    threads = value;
    return this;
  }

  /** Puts a jar of one file behind the class path. */
  SeparateRun jar(String name, String entry, byte[] content) throws IOException {
    Path jar = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(content);
      zip.closeEntry();
    }
    classPath.append(File.pathSeparator).append(jar);
    return this;
  }

  SeparateRun run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add(Main.class.getName());
    command.addAll(Arrays.asList(arguments));
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("CLASSPATH", classPath.toString());
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    environment.remove("SPARK_LOCAL_DIRS");
    environment.remove("OMP_NUM_THREADS");
    if (threads != null) {
      environment.put("OMP_NUM_THREADS", threads);
    }
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it does not end");
    } finally {
      process.destroyForcibly();
    }
    status = process.exitValue();
    errors = Files.readAllLines(err);
    summary = Files.readAllLines(out).stream().reduce("", (first, second) -> second);
    return this;
  }

  int status() {
    return status;
  }

  /** Standard error. */
  List<String> lines() {
    return errors;
  }

  String lastLine() {
    return errors.get(errors.size() - 1);
  }

  /** The last line of standard output. */
  JsonNode summary() throws IOException {
    return new ObjectMapper().readTree(summary);
  }
}
