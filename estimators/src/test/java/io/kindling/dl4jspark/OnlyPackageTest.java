/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.dl4jspark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.estimators.NetworkClassifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** dl4j-spark can be taken away with one package and the one class that chooses it. */
class OnlyPackageTest {
  @Test
  void onlyThisPackageRefersToDl4jSpark() throws Exception {
    Path classes =
        Path.of(
            NetworkClassifier.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    assertEquals(
        List.of(),
        filesWith(
            classes,
            "org/deeplearning4j/spark/",
            file -> file.endsWith(".class") && !file.startsWith("io/kindling/dl4jspark/")));
    assertEquals(
        List.of("io/kindling/estimators/Dl4jSparkEngine.class"),
        filesWith(
            classes,
            "io/kindling/dl4jspark/",
            file -> file.endsWith(".class") && !file.startsWith("io/kindling/dl4jspark/")));
    assertTrue(
        filesWith(classes, "org/deeplearning4j/spark/", file -> true)
            .contains("io/kindling/dl4jspark/SparkNetwork.class"));
  }

  @Test
  void noSourceOfAnyModuleImportsIt() throws IOException {
    assertEquals(
        List.of(),
        filesWith(
            Path.of(System.getProperty("kindling.root")),
            "import org.deeplearning4j.spark.",
            file ->
                file.endsWith(".java")
                    && !file.contains("io/kindling/dl4jspark/")
                    && !file.contains("/target/")));
  }

  private static List<String> filesWith(Path folder, String text, Predicate<String> which)
      throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> which.test(folder.relativize(file).toString()))
          .filter(file -> contains(file, text))
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  private static boolean contains(Path file, String text) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
