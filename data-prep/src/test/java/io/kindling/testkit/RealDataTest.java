/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class RealDataTest {
  @Test
  void findsMnistAsIdxFiles() {
    assertTrue(Files.isRegularFile(RealData.mnist().resolve("t10k-labels-idx1-ubyte.gz")));
  }

  @Test
  void unpacksCifar10IntoAFolderForEachClass() {
    assertTrue(Files.isDirectory(RealData.cifar10().resolve("train/airplane")));
    assertTrue(Files.isDirectory(RealData.cifar10().resolve("test/truck")));
  }

  @Test
  void unpacksImdbIntoPositiveAndNegative() {
    assertTrue(Files.isDirectory(RealData.imdb().resolve("train/pos")));
  }
}
