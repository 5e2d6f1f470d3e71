/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --dry-run} prints is the command that would run, whole. */
class DryRunTest {
  @TempDir private Path folder;

  @Test
  void localRunsSparkSubmitInTheDriversJvm() throws Exception {
    String command = embedded("describe", "--set", "describe.input-shape=[28,28,1]", "--dry-run");
    assertEquals(1, command.lines().count());
    assertTrue(command.startsWith("OMP_NUM_THREADS=1 "), command);
    assertHas(command, " LOG4J_CONFIGURATION_FILE=");
    assertHas(command, " -Xmx4g --add-opens=java.base/java.lang=ALL-UNNAMED ");
    assertHas(command, " org.apache.spark.deploy.SparkSubmit --class io.kindling.jobs.Main ");
    assertHas(command, " --master local\\[\\*\\] ");
    assertTrue(
        command
            .strip()
            .endsWith("kindling.jar describe --set describe.input-shape=\\[28\\,28\\,1\\]"),
        command);
    assertFalse(command.contains("--dry-run"), command);
  }

  @Test
  void whatItPrintsRuns() throws Exception {
    String[] job = {
      "describe", "--set", "network.name=mlp", "--set", "describe.input-shape=[28,28,1]"
    };
    Process shell =
        new ProcessBuilder("bash", "-c", embedded(with(job, "--dry-run")))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String out = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, shell.waitFor());
    assertTrue(out.startsWith("{\"job\":\"describe\""), out);
  }

  @Test
  void standaloneSendsTheJarsAndTakesItsWorkersGpus() throws Exception {
    String command =
        embedded(
            "train",
            "--gpus",
            "2",
            "--tasks-per-gpu",
            "2",
            "--dry-run",
            "--",
            "--master",
            "spark://host:7077");
    assertHas(command, " --conf spark.executor.resource.gpu.amount=2 ");
    assertHas(command, " --conf spark.task.resource.gpu.amount=0.5 ");
    assertHas(command, " --conf spark.executorEnv.CUDA_DEVICE_ORDER=PCI_BUS_ID ");
    assertHas(command, " --master spark://host:7077 ");
    assertHas(command, "/lib/nd4j-native-");
    assertTrue(command.strip().endsWith("kindling.jar train"), command);
    assertFalse(command.contains("discoveryScript"), command);
  }

  @Test
  void yarnGetsTheDiscoveryScriptAsAFileBesideTheUsers() throws Exception {
    String command =
        withSparkHome(
            "train",
            "--gpus",
            "1",
            "--dry-run",
            "--",
            "--master",
            "yarn",
            "--deploy-mode",
            "cluster",
            "--files",
            "mine.txt",
            "--queue",
            "gpu");
    assertTrue(command.contains("SPARK_HOME=" + folder), command);
    assertHas(command, "/bin/spark-submit --class io.kindling.jobs.Main ");
    assertHas(command, " --conf spark.executor.resource.gpu.discoveryScript=./gpu-discovery ");
    assertHas(command, "/submit-scripts/gpu-discovery\\,mine.txt --master yarn ");
    assertHas(command, " --queue gpu ");
    assertEquals(2, command.split("--files ", -1).length);
  }

  @Test
  void kubernetesIsToldTheVendorAndThePathInTheImage() throws Exception {
    String command =
        withSparkHome(
            "train", "--gpus", "1", "--dry-run", "--", "--master", "k8s://https://host:6443");
    assertHas(command, " --conf spark.executor.resource.gpu.vendor=nvidia.com ");
    assertHas(
        command,
        " --conf spark.executor.resource.gpu.discoveryScript=/opt/kindling/submit-scripts/gpu-discovery ");
    assertHas(command, " --master k8s://https://host:6443 ");
  }

  @Test
  void executorsGetTheMemoryThatTheNetworkTakesUnlessTheUserSaysOtherwise() throws Exception {
    Kindling.Run run = sized("--master", "spark://host:7077", "--executor-cores", "2");
    assertEquals(0, run.status(), run.err());
    Matcher told =
        Pattern.compile(
                "Memory of an executor in training, 2 tasks at once: (\\d+) MB in all, --conf spark.executor.memory=(\\d+)m --conf spark.kindling.native-memory=(\\d+)m --conf spark.executor.memoryOverhead=(\\d+)m\n")
            .matcher(run.err());
    assertTrue(told.find(), run.err());
    int heap = Integer.parseInt(told.group(2));
    int overhead = Integer.parseInt(told.group(4));
    assertEquals(heap + overhead, Integer.parseInt(told.group(1)));
    assertTrue(Integer.parseInt(told.group(3)) < overhead, run.err());
    assertHas(
        run.out(),
        " --conf spark.executor.memory=%dm --conf spark.kindling.native-memory=%sm --conf spark.executor.memoryOverhead=%dm --master spark://host:7077 --executor-cores 2 "
            .formatted(heap, told.group(3), overhead));
    assertFalse(run.out().contains("--size-memory"), run.out());

    Path properties =
        Files.writeString(
            folder.resolve("own.conf"),
            "spark.master=spark://other:7077\nspark.executor.cores=4\nspark.executor.memoryOverhead=3g\n");
    String own =
        sized(
                "--properties-file",
                properties.toString(),
                "--executor-memory",
                "9g",
                "--conf",
                "spark.kindling.native-memory=1g")
            .out();
    assertFalse(own.contains("spark.executor.memory="), own);
    assertFalse(own.contains("memoryOverhead"), own);
    assertEquals(2, own.split("native-memory", -1).length, own);
    Kindling.Run bounded =
        sized(
            "--master",
            "spark://host:7077",
            "--executor-cores",
            "2",
            "--conf",
            "spark.kindling.native-memory=1g");
    assertHas(bounded.out(), " --conf spark.executor.memoryOverhead=1408m ");

    assertEquals(
        "error: Cannot size memory: an executor of a standalone cluster has all cores of its worker unless it is told how many; say -- --executor-cores N",
        sized("--master", "spark://host:7077").lastError());
    assertEquals(
        "error: Cannot size memory: there are no executors where tasks run in the driver; leave --size-memory out, or say -- --master",
        sized("--master", "local[2]").lastError());
  }

  @Test
  void sparksOwnFileOfDefaultsCountsToo() throws Exception {
    Files.writeString(
        folder.resolve("spark-defaults.conf"),
        "spark.executor.cores 4\nspark.task.cpus 2\nspark.executor.memory 5g\n");
    Kindling.Run run =
        sizedWith(Map.of("SPARK_CONF_DIR", folder.toString()), "--master", "spark://host:7077");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.err().contains("in training, 2 tasks at once: "), run.err());
    assertFalse(run.out().contains("spark.executor.memory="), run.out());
    assertHas(run.out(), " --conf spark.kindling.native-memory=");
  }

  private Kindling.Run sized(String... options) throws Exception {
    return sizedWith(Map.of(), options);
  }

  private Kindling.Run sizedWith(Map<String, String> environment, String... options)
      throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of(
                "train",
                "--set",
                "network.name=lenet",
                "--set",
                "describe.input-shape=[28,28,1]",
                "--size-memory",
                "--dry-run",
                "--"));
    all.addAll(List.of(options));
    return Kindling.begin(environment, "kindling", folder, all.toArray(new String[0])).end();
  }

  @Test
  void mastersThatTheEmbeddedSparkHasNotAreRefused() throws Exception {
    Kindling.Run run = Kindling.run(folder, "train", "--dry-run", "--", "--master", "yarn");
    assertEquals(1, run.status());
    assertEquals(
        "error: Cannot run on YARN or Kubernetes with the Spark that the build fetched: it has the standalone master only; set SPARK_HOME to a Spark 3.5 for Scala 2.12",
        run.lastError());
  }

  private static void assertHas(String command, String part) {
    assertTrue(command.contains(part), () -> part + " is not in " + command);
  }

  private static String[] with(String[] arguments, String last) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add(last);
    return all.toArray(new String[0]);
  }

  private String embedded(String... arguments) throws Exception {
    Kindling.Run run = Kindling.run(folder, arguments);
    assertEquals(0, run.status(), run.err());
    return run.out();
  }

  private String withSparkHome(String... arguments) throws Exception {
    Path submit = Files.createDirectories(folder.resolve("bin")).resolve("spark-submit");
    Files.writeString(submit, "#!/bin/sh\nexit 1\n");
    assertTrue(submit.toFile().setExecutable(true));
    Kindling.Run run =
        Kindling.begin(Map.of("SPARK_HOME", folder.toString()), "kindling", folder, arguments)
            .end();
    assertEquals(0, run.status(), run.err());
    return run.out();
  }
}
