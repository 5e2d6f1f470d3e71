/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.opentest4j.TestAbortedException;

/**
 * Public data sets that lie on the developer's machine: in the folder that the environment variable
 * {@code KINDLING_TEST_DATA} names, else in {@code ../shared/data} beside the project root. Where a
 * set is absent the calling test is skipped, and standard error says so loudly.
 */
public final class RealData {
  private RealData() {}

  /** The folder with the four gzipped IDX files of MNIST. */
  public static Path mnist() {
    return require("mnist", "train-images-idx3-ubyte.gz");
  }

  /**
   * A folder {@code train|test/<class>/<n>.jpg} with the 60,000 images of CIFAR-10 as JPEG,
   * unpacked at first use into the machine's temporary folder and kept there.
   */
  public static Path cifar10() {
    Path packed = require("cifar10-jpg", "train.tar.gz");
    return unpacked("cifar10", packed.resolve("train.tar.gz"), packed.resolve("test.tar.gz"));
  }

  /**
   * The folder {@code aclImdb} with {@code train|test/pos|neg/<id>_<rating>.txt}, unpacked at first
   * use into the machine's temporary folder and kept there.
   */
  public static Path imdb() {
    Path packed = require("aclImdb", "aclImdb-labelled.tar.gz");
    return unpacked("imdb", packed.resolve("aclImdb-labelled.tar.gz")).resolve("aclImdb");
  }

  private static Path require(String folder, String file) {
    String override = System.getenv("KINDLING_TEST_DATA");
    Path root =
        override != null && !override.isEmpty()
            ? Path.of(override)
            : Path.of(System.getProperty("kindling.root", "."))
                .toAbsolutePath()
                .normalize()
                .resolveSibling("shared")
                .resolve("data");
    Path found = root.resolve(folder);
    if (!Files.isRegularFile(found.resolve(file))) {
      String message =
          "SKIPPED, real data absent: no "
              + found.resolve(file)
              + " (set KINDLING_TEST_DATA to the folder that holds "
              + folder
              + ")";
      System.err.println("!!!!!!!! " + message);
      throw new TestAbortedException(message);
    }
    return found;
  }

  /** Unpacks beside the target and renames, so that another test JVM never sees half a set. */
  private static Path unpacked(String name, Path... archives) {
    try {
      StringBuilder version = new StringBuilder("kindling-test-" + name);
      for (Path archive : archives) {
        version.append('-').append(Files.size(archive));
      }
      Path target = Path.of(System.getProperty("java.io.tmpdir"), version.toString());
      if (Files.isDirectory(target)) {
        return target;
      }
      Path half = Files.createTempDirectory(target.getFileName() + ".half");
      for (Path archive : archives) {
        unpack(archive, half);
      }
      try {
        Files.move(half, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (FileSystemException e) {
        if (!Files.isDirectory(target)) {
          throw e;
        }
        // Another test JVM was first; what it unpacked is the same.
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void unpack(Path archive, Path into) throws IOException {
    try (InputStream packed = Files.newInputStream(archive);
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new GZIPInputStream(packed, 1 << 16))) {
      for (TarArchiveEntry entry = tar.getNextTarEntry();
          entry != null;
          entry = tar.getNextTarEntry()) {
        Path path = into.resolve(entry.getName()).normalize();
        if (!path.startsWith(into)) {
          throw new IOException("entry outside the archive: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else {
          Files.createDirectories(path.getParent());
          Files.copy(tar, path);
        }
      }
    }
  }
}
