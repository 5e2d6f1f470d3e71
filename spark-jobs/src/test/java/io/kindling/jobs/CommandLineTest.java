/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.testkit.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalSpark.class)
class CommandLineTest {
  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void theLastLineOfStandardOutputIsTheSummary(SparkSession spark) throws IOException {
    int status = prepare(spark, "generated.rows=100");

    JsonNode summary = new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
    assertEquals(0, status, err::toString);
    assertEquals(1, out.toString(StandardCharsets.UTF_8).lines().count());
    assertEquals("prepare", summary.get("job").asText());
    assertEquals(100, summary.get("rowsRead").asLong());
    assertEquals(100, summary.get("rowsWritten").asLong());
    assertEquals(0, summary.get("rowsBad").asLong());
    assertEquals(folder.resolve("out").toString(), summary.get("output").asText());
    assertTrue(summary.get("seconds").asDouble() > 0);
    assertFalse(summary.has("quarantine"));
    assertEquals(100, spark.read().parquet(folder.resolve("out").toString()).count());
  }

  @Test
  void aJobFileAndASettingOverItMakeAJob(SparkSession spark) throws IOException {
    Path file = folder.resolve("job.conf");
    Files.writeString(file, "format = generated, generated.rows = 50, splits.test = 0");

    int status =
        run("prepare", "--conf", file.toString(), "--set", "output=" + folder.resolve("out"));

    assertEquals(0, status, err::toString);
    assertEquals(
        50, spark.read().parquet(folder.resolve("out").toString() + "/split=train").count());
  }

  @Test
  void aFailureIsOneLineAndLeavesStandardOutputEmpty(SparkSession spark) throws IOException {
    Files.createDirectory(folder.resolve("out"));

    assertEquals(1, prepare(spark, "generated.rows=100"));

    assertEquals(
        "error: Cannot write "
            + folder.resolve("out")
            + ": it exists already; choose another output, or set overwrite = true",
        lastLine());
    assertEquals("", out.toString(StandardCharsets.UTF_8));
    assertFalse(err.toString(StandardCharsets.UTF_8).contains("\tat "));
  }

  @Test
  void aMissingInputIsAFailure(SparkSession spark) {
    Path missing = folder.resolve("missing");

    int status =
        run(
            "prepare",
            "--set",
            "format=idx",
            "--set",
            "input=" + missing,
            "--set",
            "output=" + folder.resolve("out"));

    assertEquals(1, status);
    assertEquals("error: Cannot prepare: " + missing + " does not exist (key 'input')", lastLine());
  }

  @Test
  void anOutputThatWouldTouchTheInputIsRefused(SparkSession spark) throws IOException {
    assertFalse(spark.sparkContext().isStopped());
    Path input = Files.createDirectory(folder.resolve("in"));
    Path image = Files.writeString(input.resolve("precious.png"), "keep me");
    Path link = Files.createSymbolicLink(folder.resolve("link"), input);

    for (Path output : List.of(input, folder, input.resolve("out"), link.resolve("out"))) {
      assertEquals(1, prepareFolder(input, output, "overwrite=true"));
      assertEquals(
          String.format(
              "error: Cannot write %s: the job reads %s (key 'input'), and neither may be within"
                  + " the other; choose another output",
              output, input),
          lastLine());
    }
    Path beside = Files.createDirectory(folder.resolve("out.bad"));
    assertEquals(1, prepareFolder(beside, folder.resolve("out"), "on-bad-row=quarantine"));
    assertTrue(lastLine().startsWith("error: Cannot write " + beside + ": "), lastLine());
    assertEquals("keep me", Files.readString(image));
  }

  @Test
  void anOutputThatSparkWouldTakeForAPatternIsRefused(SparkSession spark) {
    assertFalse(spark.sparkContext().isStopped());

    int status =
        run("prepare", "--set", "format=generated", "--set", "output=" + folder.resolve("a[1]"));

    assertEquals(1, status);
    assertEquals(
        "error: Cannot write "
            + folder.resolve("a[1]")
            + ": Spark takes [ ] { } * ? and \\ in a path for a pattern and would not find it again;"
            + " choose another output",
        lastLine());
  }

  @Test
  void quickstartRefusesKeysThatItWouldNotHeed() {
    assertEquals(2, run("quickstart", "--set", "model=m"));
    assertEquals(
        "error: Cannot quickstart: key 'model' is 'm', but its steps have their own; leave it out,"
            + " or run the steps one by one",
        lastLine());
    assertEquals(2, run("quickstart", "--set", "split=test"));
    assertTrue(lastLine().contains("key 'split'"), lastLine());
    assertEquals(2, run("quickstart", "--set", "input=a"));
    assertEquals(
        "error: Cannot quickstart: key 'input' is set, but format is 'generated', which reads no"
            + " input; set the format of the input, for example with --set format=image-folder",
        lastLine());
    assertEquals(2, run("quickstart", "--set", "format=idx"));
    assertEquals(
        "error: Cannot prepare: key 'input' is not set; give the folder to read with --set"
            + " input=..., or in a --conf file",
        lastLine());
  }

  @Test
  void wordsAreQuotedWhereAShellNeedsIt() {
    assertEquals("input=/a/b", ShellWord.quoted("input=/a/b"));
    assertEquals("'input=/my data/it'\\''s'", ShellWord.quoted("input=/my data/it's"));
  }

  @Test
  void verboseShowsWhereAFailureCameFrom(SparkSession spark) throws IOException {
    Files.createDirectory(folder.resolve("out"));

    assertEquals(
        1,
        run(
            "prepare",
            "--verbose",
            "--set",
            "format=generated",
            "--set",
            "output=" + folder.resolve("out")));

    assertTrue(err.toString(StandardCharsets.UTF_8).contains("\tat io.kindling.jobs.PrepareJob"));
    assertTrue(lastLine().startsWith("error: Cannot write "), lastLine());
  }

  @Test
  void anUnknownKeyIsWrongUsage() {
    assertEquals(2, run("prepare", "--set", "inptu=a"));

    assertEquals(
        "error: Cannot read the configuration: unknown key 'inptu' (--set inptu=a); the nearest"
            + " known key is 'input'",
        lastLine());
    assertEquals("", out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aKeyThatAJobNeedsIsNamed() {
    assertEquals(2, run("prepare", "--set", "format=idx", "--set", "output=a"));

    assertEquals(
        "error: Cannot prepare: key 'input' is not set; give the folder to read with --set"
            + " input=..., or in a --conf file",
        lastLine());
  }

  @Test
  void wrongUsageSaysWhatIsUnknown() {
    assertEquals(2, run("prepare", "--config", "a.conf"));
    assertEquals(
        "error: Cannot read the command line: Unknown options: '--config', 'a.conf'", lastLine());
    assertEquals("", out.toString(StandardCharsets.UTF_8));

    assertEquals(2, run("bake"));
    assertTrue(lastLine().startsWith("error: Cannot read the command line: "), lastLine());

    assertEquals(2, run());
    assertEquals("error: Cannot read the command line: no job named", lastLine());
  }

  @Test
  void helpNamesEveryJobAndItsOptions() {
    assertEquals(0, run("--help"));
    String usage = out.toString(StandardCharsets.UTF_8);
    for (Job job : Jobs.all()) {
      assertTrue(usage.contains(job.name()), usage);
    }

    out.reset();
    assertEquals(0, run("prepare", "--help"));
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("--set=KEY=VALUE"), out::toString);
  }

  private int prepareFolder(Path input, Path output, String setting) {
    return run(
        "prepare",
        "--set",
        "format=image-folder",
        "--set",
        "input=" + input,
        "--set",
        "output=" + output,
        "--set",
        setting);
  }

  private int prepare(SparkSession spark, String setting) {
    assertFalse(spark.sparkContext().isStopped());
    return run(
        "prepare",
        "--set",
        "format=generated",
        "--set",
        setting,
        "--set",
        "output=" + folder.resolve("out"));
  }

  private int run(String... arguments) {
    PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
    return Main.run(
        List.of(arguments),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new Console(errors, false));
  }

  private String lastLine() {
    Stream<String> lines = err.toString(StandardCharsets.UTF_8).lines();
    return lines.reduce("", (first, second) -> second);
  }
}
