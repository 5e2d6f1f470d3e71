/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What {@code spark-submit} takes: our jars and libraries, and nothing that Spark brings itself.
 */
@Tag("distribution")
class DistributionTest {
  private static final Path TARGET =
      Path.of(System.getProperty("kindling.root"), "spark-jobs", "target");

  /** Class names that exist twice in one JVM are where mysterious errors begin. */
  private static final List<String> BROUGHT_BY_SPARK =
      List.of(
          "org/apache/spark/",
          "org/apache/hadoop/",
          "org/apache/logging/",
          "org/slf4j/",
          "scala/",
          "com/fasterxml/jackson/",
          "org/apache/commons/io/",
          "org/apache/commons/lang3/",
          "org/apache/commons/compress/",
          "org/apache/commons/math3/",
          "org/apache/commons/codec/",
          "com/google/flatbuffers/");

  @BeforeAll
  static void built() {
    if (!Files.exists(TARGET.resolve("kindling/kindling.jar"))) {
      System.err.println("SKIPPED: there is no distribution; it is made by the phase package");
    }
    Assumptions.assumeTrue(Files.exists(TARGET.resolve("kindling/kindling.jar")));
  }

  @Test
  void holdsNoClassThatSparkBrings() throws IOException {
    List<String> offending = new ArrayList<>();
    for (Path jar : jars()) {
      try (JarFile file = new JarFile(jar.toFile())) {
        file.stream()
            .filter(entry -> entry.getName().endsWith(".class"))
            .filter(entry -> BROUGHT_BY_SPARK.stream().anyMatch(entry.getName()::startsWith))
            // dl4j-spark's own, in Spark's package; Spark has none of that name.
            .filter(entry -> !entry.getName().startsWith("org/apache/spark/TaskContextHelper"))
            .map(entry -> jar.getFileName() + ": " + entry.getName())
            .limit(3)
            .forEach(offending::add);
      }
    }
    assertEquals(List.of(), offending);
  }

  @Test
  void holdsEveryModule() throws IOException {
    for (String wanted :
        List.of("kindling-data-prep", "kindling-transformers", "kindling-estimators", "picocli")) {
      assertEquals(1, named(wanted + "-").size(), wanted);
    }
  }

  /** Of a build for CPUs and of one with {@code -Pcuda}. */
  @Test
  void holdsOneBackendWithItsNativeLibraries() throws IOException {
    List<String> providers = new ArrayList<>();
    for (Path jar : jars()) {
      try (JarFile file = new JarFile(jar.toFile())) {
        if (file.getEntry("META-INF/services/org.nd4j.linalg.factory.Nd4jBackend") != null) {
          providers.add(jar.getFileName().toString().replaceFirst("-1[.].*", ""));
        }
      }
    }
    String version = "-1.0.0-M2.1";
    if (System.getProperty("kindling.backend").equals("cuda")) {
      assertEquals(List.of("nd4j-cuda-11.6"), providers);
      assertEquals(
          List.of(
              "nd4j-cuda-11.6" + version + "-linux-x86_64-cudnn.jar",
              "nd4j-cuda-11.6" + version + ".jar"),
          named("nd4j-cuda-11.6-1"));
      assertEquals(1, named("cuda-11.6-8.3-1.5.7-linux-x86_64-redist.jar").size());
      assertEquals(List.of(), named("nd4j-native-1"));
    } else {
      assertEquals(List.of("nd4j-native"), providers);
      assertEquals(
          List.of(
              "nd4j-native" + version + "-linux-x86_64-onednn-avx2.jar",
              "nd4j-native" + version + "-linux-x86_64-onednn.jar",
              "nd4j-native" + version + ".jar"),
          named("nd4j-native-1"));
      assertEquals(List.of(), named("nd4j-cuda"));
      assertEquals(List.of(), named("cuda-"));
    }
  }

  /** It stands for a class of the CPU backend, which another build has not. */
  @Test
  void onlyABuildForCpusAnswersForOneDnn() throws IOException {
    try (JarFile file =
        new JarFile(TARGET.resolve("kindling/lib").resolve(transformers()).toFile())) {
      assertEquals(
          System.getProperty("kindling.backend").equals("cpu"),
          file.getEntry("org/nd4j/nativeblas/Nd4jCpu.class") != null);
    }
  }

  private static String transformers() throws IOException {
    return named("kindling-transformers-").get(0);
  }

  private static List<String> named(String beginning) throws IOException {
    return jars().stream()
        .map(jar -> jar.getFileName().toString())
        .filter(name -> name.startsWith(beginning))
        .toList();
  }

  @Test
  void theEmbeddedSparkSharesNoJarWithIt() throws IOException {
    String classPath = Files.readString(TARGET.resolve("embedded-spark.classpath")).strip();
    List<String> embedded =
        Arrays.stream(classPath.split(":", -1))
            .map(jar -> Path.of(jar).getFileName().toString())
            .toList();
    List<String> shared =
        jars().stream()
            .map(jar -> jar.getFileName().toString())
            .filter(embedded::contains)
            .toList();
    assertEquals(List.of(), shared);
    assertTrue(embedded.stream().anyMatch(jar -> jar.startsWith("spark-core_")));
  }

  private static List<Path> jars() throws IOException {
    try (Stream<Path> libraries = Files.list(TARGET.resolve("kindling/lib"))) {
      List<Path> jars = new ArrayList<>(libraries.sorted().toList());
      jars.add(TARGET.resolve("kindling/kindling.jar"));
      return jars;
    }
  }
}
