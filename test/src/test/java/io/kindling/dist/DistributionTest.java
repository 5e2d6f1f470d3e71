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
import org.junit.jupiter.api.Test;

/**
 * What {@code spark-submit} takes: our jars and libraries, and nothing that Spark brings itself.
 */
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
  void holdsEveryModuleAndTheNativeLibraries() throws IOException {
    String names = jars().stream().map(jar -> jar.getFileName().toString()).toList().toString();
    for (String wanted :
        List.of("data-prep", "transformers", "estimators", "nd4j-native", "openblas", "picocli")) {
      assertTrue(names.contains(wanted), () -> wanted + " is not in " + names);
    }
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
