/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.kindling.jobs.doctor.ClassPath.Copies;
import io.kindling.jobs.doctor.ClassPath.Copy;
import io.kindling.jobs.doctor.Disks.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Set-ups that no one machine can have, as facts, and the doctor's line for each. */
class FactsTest {
  private static final String WHERE = "executor 1 on node7";
  private static final long GIGABYTE = 1L << 30;

  private static final String A100 =
      """
      0, NVIDIA A100-SXM4-40GB, 535.104.05, 8.0
      1, NVIDIA A100-SXM4-40GB, 535.104.05, 8.0
      """;
  private static final String L4 = "0, NVIDIA L4, 535.129.03, 8.9\n";
  private static final String H100 = "0, NVIDIA H100 80GB HBM3, 535.129.03, 9.0\n";

  private static final String INSTALL_DRIVER = "; install a driver of 510.39 or newer";
  private static final String SET_THREADS =
      "; set OMP_NUM_THREADS=1 before the JVM starts (executors: spark.executorEnv.OMP_NUM_THREADS)";

  @TempDir private Path folder;

  @ParameterizedTest
  @MethodSource("broken")
  void aBrokenSetUpHasALineThatSaysWhatToDo(String line, Check facts) {
    assertTrue(lines(facts).contains(line), () -> String.join("\n", lines(facts)));
  }

  static Stream<Arguments> broken() {
    return Stream.of(
            platforms(), libraries(), classPaths(), threads(), memories(), gpus(), machines())
        .flatMap(stream -> stream);
  }

  private static Stream<Arguments> platforms() {
    String fix = "; set JAVA_HOME (executors: spark.executorEnv.JAVA_HOME) to a JDK 17";
    return Stream.of(
        broken(
            "fail  executor 1 on node7: java: Java 11.0.20 (/jdk) is older than 17" + fix,
            new JavaPlatform("11.0.20", "/jdk", List.of())),
        broken(
            "fail  executor 1 on node7: java: Java 1.8.0_392 (/jdk) is older than 17" + fix,
            new JavaPlatform("1.8.0_392", "/jdk", List.of())),
        broken(
            "warn  executor 1 on node7: java: Java 21.0.4 (/jdk) is newer than what Spark 3.5 is made for"
                + fix,
            new JavaPlatform("21.0.4", "/jdk", List.of())),
        broken(
            "fail  executor 1 on node7: java: Java 25 (/jdk) is one that Spark 3.5 does not start on"
                + fix,
            new JavaPlatform("25", "/jdk", List.of())),
        broken(
            "fail  executor 1 on node7: add-opens: java.base does not open java.nio, sun.nio.ch; start by submit-scripts/kindling or spark-submit, or add --add-opens=java.base/PACKAGE=ALL-UNNAMED for each",
            new JavaPlatform("17.0.2", "/jdk", List.of("java.nio", "sun.nio.ch"))));
  }

  private static Stream<Arguments> libraries() {
    return Stream.of(
        broken(
            "fail  executor 1 on node7: spark: 3.4.1 is not 3.5; use Spark 3.5 for Scala 2.12",
            new Versions("3.4.1", "2.12.18", "1.0.0-M2.1")),
        broken(
            "fail  executor 1 on node7: scala: 2.13.8 is not 2.12; use a Spark 3.5 that is built for Scala 2.12",
            new Versions("3.5.7", "2.13.8", "1.0.0-M2.1")),
        broken(
            "fail  executor 1 on node7: scala: 2.12.14 makes no lambdas on JDK 17; put scala-library 2.12.18 on the class path in its place",
            new Versions("3.5.7", "2.12.14", "1.0.0-M2.1")),
        broken(
            "fail  executor 1 on node7: deeplearning4j: 1.0.0-beta7 is not 1.0.0-M2.1; take the jars of one version, those in Kindling's lib",
            new Versions("3.5.7", "2.12.18", "1.0.0-beta7")),
        broken(
            "fail  executor 1 on node7: native-library: linux-x86_64-onednn-avx2 has instructions that this processor lacks, at which the process would end; take -Dorg.bytedeco.javacpp.platform.extension away: Kindling chooses",
            new NativeLibrary("-onednn-avx2", "-onednn", List.of("-onednn", "-onednn-avx2"))),
        broken(
            "fail  executor 1 on node7: native-library: linux-x86_64-onednn-avx2 is not on the class path, which has [-onednn]; add nd4j-native-1.0.0-M2.1-linux-x86_64-onednn-avx2.jar to it",
            new NativeLibrary(null, "-onednn-avx2", List.of("-onednn"))),
        broken(
            "fail  executor 1 on node7: convolution: oneDNN's helpers are slow: 5.0 GFLOP/s by MKLDNNConvHelper, 10% of the matrix rate; let nothing else compute on these cores, and set OMP_NUM_THREADS=1",
            new Speed(50, 5, "MKLDNNConvHelper")));
  }

  private static Stream<Arguments> classPaths() {
    String name = "com.fasterxml.jackson.databind.ObjectMapper";
    return Stream.of(
        broken(
            "fail  executor 1 on node7: class-path: two versions of %s: /a.jar and /b.jar; take one of them away (--jars, spark.jars, the jars folder of SPARK_HOME)"
                .formatted(name),
            twice(name, 2)),
        broken(
            "warn  executor 1 on node7: class-path: %s twice: /a.jar and /b.jar; take one of them away (--jars, spark.jars, the jars folder of SPARK_HOME)"
                .formatted(name),
            twice(name, 1)),
        broken(
            "warn  executor 1 on node7: slf4j: slf4j-api is of version 1, and with Spark's log4j-slf4j2-impl nothing is logged; put slf4j-api 2.0.7 on the class path in its place",
            new LogBinding(false, List.of("/log4j.jar"), List.of())),
        broken(
            "warn  executor 1 on node7: slf4j: there is no provider, so nothing is logged; add log4j-slf4j2-impl to the class path",
            new LogBinding(true, List.of(), List.of())),
        broken(
            "fail  executor 1 on node7: backend: Cannot compute: there is no backend of ND4J on the class path; add nd4j-native",
            new BackendChoice(
                null,
                "Cannot compute: there is no backend of ND4J on the class path; add nd4j-native")));
  }

  private static ClassPath twice(String name, long checksum) {
    return new ClassPath(
        List.of(new Copies(name, List.of(new Copy("/a.jar", 1), new Copy("/b.jar", checksum)))));
  }

  private static Stream<Arguments> threads() {
    return Stream.of(
        broken(
            "warn  executor 1 on node7: threads: OMP_NUM_THREADS is unset: each of 4 task slots may start a team of 8 threads"
                + SET_THREADS,
            new Threads(null, 4, 8)),
        broken(
            "warn  executor 1 on node7: threads: OMP_NUM_THREADS is 'many', but must be a number"
                + SET_THREADS,
            new Threads("many", 4, 8)),
        broken(
            "warn  executor 1 on node7: threads: OMP_NUM_THREADS=4 for each of 4 task slots on 8 cores makes 16 threads, more than cores"
                + SET_THREADS,
            new Threads("4", 4, 8)),
        broken(
            "warn  executor 1 on node7: threads: OMP_NUM_THREADS=1 for each of 8 task slots on 2 cores makes 8 threads, more than cores; give the executor no more task slots than cores (spark.executor.cores, or --master local[2])",
            new Threads("1", 8, 2)));
  }

  private static Stream<Arguments> memories() {
    String lower =
        "; lower the heap (--driver-memory, --executor-memory) or spark.kindling.native-memory (in a job file: native-memory)";
    String taken =
        "memory: heap 4,096 MB, spark.kindling.native-memory 4,096 MB and 384 MB for Java are 8,576 MB, more than the 6,144 MB of this ";
    return Stream.of(
        broken(
            "warn  executor 1 on node7: " + taken + "container" + lower,
            new Memory(4 * GIGABYTE, 4 * GIGABYTE, 6 * GIGABYTE, true)),
        broken(
            "warn  executor 1 on node7: " + taken + "machine" + lower,
            new Memory(4 * GIGABYTE, 4 * GIGABYTE, 6 * GIGABYTE, false)),
        broken(
            "warn  executor 1 on node7: memory: heap 4,096 MB, spark.kindling.native-memory unbounded and 384 MB for Java: arrays may outgrow the 6,144 MB of this container, which then ends the process; set spark.kindling.native-memory to at most 1664m",
            new Memory(4 * GIGABYTE, 0, 6 * GIGABYTE, true)),
        broken(
            "fail  executor 1 on node7: memory-overhead: executors have 409 MB beside their heaps, but spark.kindling.native-memory is 2,048 MB, and Java takes 384 MB: they would be ended; set spark.executor.memoryOverhead to 2432m",
            Overhead.of(
                new SparkConf(false)
                    .set("spark.master", "yarn")
                    .set("spark.executor.memory", "4g")
                    .set("spark.kindling.native-memory", "2g"))),
        broken(
            "warn  executor 1 on node7: memory-overhead: executors have 2,048 MB beside their heaps, and arrays may take any amount of it; set spark.kindling.native-memory to at most 1664m, and spark.executor.memoryOverhead to that and 384m",
            Overhead.of(
                new SparkConf(false)
                    .set("spark.master", "k8s://https://host")
                    .set("spark.executor.memoryOverhead", "2048"))));
  }

  private static Stream<Arguments> gpus() {
    String v100 = "fail  executor 1 on node7: gpu: GPU 0, Tesla V100-SXM2-16GB, capability ";
    String t4 = "warn  executor 1 on node7: gpu: GPU 0, Tesla T4, capability ";
    return Stream.of(
        broken(
            "fail  executor 1 on node7: gpu: GPU 0, NVIDIA H100 80GB HBM3, capability 9.0, driver 535.129.03: ND4J's library for CUDA 11.6 has no code for it, only for 3.7 to 8.9; use a GPU such as V100, T4, A10, A100, L4 or L40, or the build for CPUs",
            Gpus.of(0, H100)),
        broken(
            v100 + "7.0, driver 440.33.01 is too old for CUDA 11.6" + INSTALL_DRIVER,
            Gpus.of(0, "0, Tesla V100-SXM2-16GB, 440.33.01, 7.0\n")),
        broken(
            t4 + "7.5, driver 470.82.01 is older than CUDA 11.6" + INSTALL_DRIVER,
            Gpus.of(0, "0, Tesla T4, 470.82.01, 7.5\n")),
        broken(
            t4 + "unknown, driver 470.82.01 is older than CUDA 11.6" + INSTALL_DRIVER,
            Gpus.of(0, "0, Tesla T4, 470.82.01\n")),
        broken(
            "fail  executor 1 on node7: gpu: this build is for GPUs, but nvidia-smi names none: NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.; install NVIDIA's driver, or build without -Pcuda",
            Gpus.of(
                9,
                "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\nMake sure ...\n")));
  }

  private static Stream<Arguments> machines() {
    String fix =
        "; set spark.local.dir (standalone workers: SPARK_LOCAL_DIRS) to a folder with room";
    HostLoad load = new HostLoad(3, 20 * GIGABYTE, 16 * GIGABYTE, 24, 8);
    return Stream.of(
        broken(
            "warn  executor 1 on node7: memory: 3 executors may take 20,480 MB of its 16,384 MB; lower --executor-memory or spark.kindling.native-memory, or have fewer executors",
            load),
        broken(
            "warn  executor 1 on node7: threads: 3 executors compute by 24 threads on its 8 cores; set spark.executorEnv.OMP_NUM_THREADS=1, and let workers offer no more cores than there are",
            load),
        broken(
            "fail  executor 1 on node7: disk: /closed cannot be written to" + fix,
            new Disks(List.of(new Disk("/closed", false, 9 * GIGABYTE)))),
        broken(
            "warn  executor 1 on node7: disk: /small has 2.0 GB free, less than 5" + fix,
            new Disks(List.of(new Disk("/small", true, 2 * GIGABYTE)))),
        broken(
            "warn  executor 1 on node7: clock: 7.5 s behind the driver's; set it by NTP (chrony, timesyncd)",
            new Clock(100_000, 92_500, 100_200)),
        broken(
            "warn  executor 1 on node7: clock: 3.0 s before the driver's; set it by NTP (chrony, timesyncd)",
            new Clock(100_000, 103_200, 100_200)),
        broken(
            "warn  executor 1 on node7: broadcast: 20 MB to 4 tasks in 20.00 s, 1 MB/s: averaging will take long; use a faster network, or a higher training.averaging-frequency",
            new Traffic(20_000_000, 4, 20, 0.1)),
        broken(
            "fail  executor 1 on node7: speed: Cannot look at it: java.lang.UnsatisfiedLinkError: no jnind4jcpu; run with --verbose for more",
            Unknown.or(
                "speed",
                () -> {
                  throw new UnsatisfiedLinkError("no jnind4jcpu");
                })));
  }

  @Test
  void whatIsWellIsSaidWithItsFigures() {
    assertEquals(
        List.of(
            "ok    executor 1 on node7: gpu: GPU 0, NVIDIA A100-SXM4-40GB, capability 8.0, driver 535.104.05",
            "ok    executor 1 on node7: gpu: GPU 1, NVIDIA A100-SXM4-40GB, capability 8.0, driver 535.104.05"),
        lines(Gpus.of(0, A100)));
    assertEquals(
        List.of(
            "ok    executor 1 on node7: gpu: GPU 0, NVIDIA L4, capability 8.9, driver 535.129.03"),
        lines(Gpus.of(0, L4)));
    assertEquals(
        List.of(
            "ok    executor 1 on node7: threads: OMP_NUM_THREADS=2 for each of 4 task slots on 8 cores"),
        lines(new Threads("2", 4, 8)));
    assertEquals(
        List.of("ok    executor 1 on node7: clock: within 250 ms of the driver's"),
        lines(new Clock(1000, 1100, 1250)));
    assertEquals(
        List.of(
            "ok    executor 1 on node7: memory-overhead: executors have 3,072 MB beside their heaps"),
        lines(
            Overhead.of(
                new SparkConf(false)
                    .set("spark.master", "yarn")
                    .set("spark.executor.memoryOverhead", "3g")
                    .set("spark.kindling.native-memory", "2g"))));
    assertEquals(List.of(), lines(Overhead.of(new SparkConf(false).set("spark.master", "local"))));
  }

  @Test
  void aDriverThatDoesNotTellTheCapabilityIsAskedForTheRest() throws IOException {
    Path program = folder.resolve("nvidia-smi");
    Files.writeString(
        program,
        """
        #!/bin/sh
        case $1 in
          *compute_cap*)
            echo 'Field "compute_cap" is not a valid field to query.'
            exit 2
            ;;
        esac
        echo "0, Tesla T4, 450.51.05"
        """);
    assertTrue(program.toFile().setExecutable(true));
    assertEquals(
        List.of(
            "fail  executor 1 on node7: gpu: GPU 0, Tesla T4, capability unknown, driver 450.51.05 is too old for CUDA 11.6"
                + INSTALL_DRIVER),
        lines(Gpus.toldBy(program.toString())));
    assertEquals(
        List.of(
            "fail  executor 1 on node7: gpu: this build is for GPUs, but there is no program nvidia-smi; install NVIDIA's driver, or build without -Pcuda"),
        lines(Gpus.toldBy(folder.resolve("none").toString())));
  }

  @Test
  void thePackagesAskedForAreThoseThatTheBuildOpens() throws IOException {
    String build = Files.readString(Path.of(System.getProperty("kindling.root"), "pom.xml"));
    Matcher opens = Pattern.compile("<spark.opens>(.*)</spark.opens>").matcher(build);
    assertTrue(opens.find());
    assertEquals(
        JavaPlatform.OPENED,
        Arrays.stream(opens.group(1).split(" "))
            .map(option -> option.replaceAll(".*java.base/|=ALL-UNNAMED", ""))
            .toList());
  }

  private static List<String> lines(Check facts) {
    return facts.findings(WHERE).stream().map(Finding::toString).toList();
  }

  private static Arguments broken(String line, Check facts) {
    return arguments(line, facts);
  }
}
