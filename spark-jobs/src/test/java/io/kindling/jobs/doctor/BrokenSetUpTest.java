/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Set-ups broken for real, several in one JVM as they do not hide each other, and the beginning of
 * the doctor's line for each.
 */
class BrokenSetUpTest {
  private static final String BROKEN = "broken";
  private static final String KRYO = "org.apache.spark.serializer.KryoSerializer";

  @TempDir private Path folder;

  @Test
  void slowAndConflictingSetUps() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), BROKEN);
    SeparateRun run =
        new SeparateRun(folder)
            .opened()
            .threads("8")
            .set("org.eclipse.deeplearning4j.helpers.disable", "true")
            .set("org.bytedeco.javacpp.platform.extension", "-onednn")
            .set("spark.kindling.native-memory", "1g")
            .set("spark.executor.memoryOverhead", "100m")
            .set("spark.local.dir", folder + "," + file.resolve("under"))
            .jar("scala.jar", "scala/Predef.class", bytes(BROKEN))
            .jar("jackson.jar", "com/fasterxml/jackson/core/JsonFactory.class", jsonFactory())
            .jar("old.jar", "org/slf4j/impl/StaticLoggerBinder.class", bytes(BROKEN))
            .jar(
                "other.jar",
                "META-INF/services/org.slf4j.spi.SLF4JServiceProvider",
                bytes("org.apache.logging.slf4j.SLF4JServiceProvider"))
            .run("doctor");
    assertEquals(1, run.status(), () -> String.join("\n", run.lines()));
    has(
        run,
        "warn  driver: threads: OMP_NUM_THREADS=8 for each of 2 task slots on ",
        "warn  driver: helpers: org.eclipse.deeplearning4j.helpers.disable is true: convolutions go without oneDNN; take -D",
        "fail  driver: convolution: oneDNN's helpers are off: ",
        "warn  driver: memory-overhead: executors have 100 MB beside their heaps, but spark.kindling.native-memory is 1,024 MB, and Java takes 384 MB; set spark.executor.memoryOverhead to 1408m",
        "warn  driver: disk: "
            + file.resolve("under")
            + " cannot be written to; set spark.local.dir ",
        "fail  driver: class-path: two versions of scala.Predef: ",
        "warn  driver: class-path: com.fasterxml.jackson.core.JsonFactory twice: ",
        "warn  driver: slf4j: more than one binding, of which an arbitrary one gets the log: "
            + folder.resolve("old.jar")
            + " and ");
    assertTrue(
        run.lines().stream()
            .anyMatch(line -> line.contains(folder.resolve("other.jar").toString())));
    // Nothing to warn of on a processor that the plain build is made for.
    has(
        run,
        run.lines().stream().anyMatch(line -> line.contains("-onednn is used on"))
            ? "warn  driver: native-library: linux-x86_64-onednn is used on a processor that linux-x86_64-onednn-avx2 is made for"
            : "ok    driver: native-library: ");
    assertEquals("error: Cannot run well: 2 checks failed, as told above", run.lastLine());
    holdsWhatWasTold(run);
  }

  @Test
  void sparkDoesNotStart() throws Exception {
    SeparateRun run =
        new SeparateRun(folder)
            .threads(null)
            .set("spark.kindling.native-memory", "900000g")
            .jar("cuda.jar", "org/nd4j/linalg/jcublas/JCublasBackend.class", bytes(BROKEN))
            .run("doctor");
    assertEquals(1, run.status(), () -> String.join("\n", run.lines()));
    has(
        run,
        "fail  driver: add-opens: java.base does not open java.lang, java.lang.invoke, ",
        "fail  driver: start: Spark did not start: ",
        "warn  driver: threads: OMP_NUM_THREADS is unset: ",
        "fail  driver: memory: heap ",
        "fail  driver: backend: Cannot choose ND4J's backend: both nd4j-native and nd4j-cuda are on the class path; take one away");
    holdsWhatWasTold(run);
  }

  @Test
  void tasksWouldNotRun() throws Exception {
    SeparateRun run =
        new SeparateRun(folder)
            .opened()
            .set("spark.serializer", KRYO)
            .set("spark.kryo.registrationRequired", "true")
            .set("spark.executor.resource.gpu.amount", "1")
            .set("spark.task.resource.gpu.amount", "1")
            .set("spark.kindling.native-memory", "lots")
            .set("org.bytedeco.javacpp.platform.extension", "-onednn-avx512")
            .run("doctor");
    assertEquals(1, run.status(), () -> String.join("\n", run.lines()));
    has(
        run,
        "fail  driver: serializer: KryoSerializer with spark.kryo.registrationRequired=true refuses Kindling's classes, which are not registered; set spark.kryo.registrationRequired=false",
        "fail  driver: gpu-settings: Cannot compute on GPUs: this build of Kindling is for CPUs; build with ",
        "fail  driver: memory: Cannot read spark.kindling.native-memory: 'lots' is no size; set one such as 512m or 1g",
        "fail  driver: native-library: linux-x86_64-onednn-avx512 is not on the class path, which has [-onednn, -onednn-avx2]; take -Dorg.bytedeco.javacpp.platform.extension away: Kindling chooses",
        "warn  driver: executors: no task was started, as it could not end well; put right what failed above");
    holdsWhatWasTold(run);
  }

  @Test
  void gpusThatSparkItselfRefuses() throws Exception {
    SeparateRun run =
        new SeparateRun(folder).opened().set("spark.task.resource.gpu.amount", "1").run("doctor");
    assertEquals(1, run.status(), () -> String.join("\n", run.lines()));
    has(
        run,
        "fail  driver: gpu-settings: Cannot compute on GPUs: this build of Kindling is for CPUs; build with ",
        "fail  driver: start: Spark did not start: No executor resource configs ");
  }

  @Test
  void trainIsNotBegunOnABrokenSetUp() throws Exception {
    String[] train = {
      "train", "--set", "network.name=lenet", "--set", "input=none", "--set", "model=" + folder
    };
    SeparateRun closed = new SeparateRun(folder).run(train);
    assertEquals(1, closed.status());
    assertTrue(
        closed.lastLine().startsWith("error: Cannot train: Spark did not start ("),
        closed::lastLine);
    assertTrue(closed.lastLine().contains("java.base does not open java.lang, "), closed::lastLine);

    SeparateRun large =
        new SeparateRun(folder).opened().set("spark.kindling.native-memory", "900000g").run(train);
    assertEquals(1, large.status());
    has(large, "fail  driver: memory: heap ");
    assertFalse(large.lines().stream().anyMatch(line -> line.startsWith("ok")));
    assertEquals(
        "error: Cannot train: 1 check of the set-up failed, as told above; 'kindling doctor' tells more",
        large.lastLine());
  }

  private static void has(SeparateRun run, String... beginnings) {
    assertAll(
        Stream.of(beginnings)
            .map(
                beginning ->
                    () ->
                        assertTrue(
                            run.lines().stream().anyMatch(line -> line.startsWith(beginning)),
                            () -> beginning + "\n" + String.join("\n", run.lines()))));
  }

  private static void holdsWhatWasTold(SeparateRun run) throws IOException {
    JsonNode summary = run.summary();
    assertEquals("doctor", summary.get("job").asText());
    List<String> told =
        StreamSupport.stream(summary.get("checks").spliterator(), false)
            .map(BrokenSetUpTest::line)
            .toList();
    assertTrue(run.lines().containsAll(told), told::toString);
    for (Status status : Status.values()) {
      assertEquals(
          told.stream().filter(line -> line.startsWith(status.word())).count(),
          summary.get(status.word()).asLong());
    }
  }

  private static String line(JsonNode check) {
    return "%-4s  %s: %s: %s%s"
        .formatted(
            check.get("status").asText(),
            check.get("where").asText(),
            check.get("name").asText(),
            check.get("found").asText(),
            check.has("fix") ? "; " + check.get("fix").asText() : "");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The class that is there already, once more. */
  private static byte[] jsonFactory() throws IOException {
    String name = "com/fasterxml/jackson/core/JsonFactory.class";
    try (InputStream in = BrokenSetUpTest.class.getClassLoader().getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }
}
