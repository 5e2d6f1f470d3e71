/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.catalogue;

import io.kindling.data.KindlingException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Unpacks a {@code .tar.gz}: the target folder is there whole or not at all. */
final class TarGz {
  private final Path archive;

  TarGz(Path archive) {
    this.archive = archive;
  }

  /**
   * Unpacks into {@code target}, which must not be there yet.
   *
   * @throws KindlingException if the archive is damaged, or an entry would land outside the target
   */
  void unpack(Path target) {
    try {
      // createTempDirectory would close the folder to other users, before and after the move.
      Path half =
          Files.createDirectory(
              target
                  .toAbsolutePath()
                  .resolveSibling("." + target.getFileName() + ".half-" + UUID.randomUUID()));
      try {
        unpackInto(half);
        Files.move(half, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        deleteTree(half);
      }
    } catch (IOException e) {
      throw new KindlingException(
          "Cannot unpack " + archive + ": " + (e.getMessage() == null ? e : e.getMessage()), e);
    }
  }

  private void unpackInto(Path folder) throws IOException {
    try (InputStream packed = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new GZIPInputStream(packed, 1 << 16))) {
      for (TarArchiveEntry entry = tar.getNextTarEntry();
          entry != null;
          entry = tar.getNextTarEntry()) {
        Path path = inside(folder, entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else if (entry.isFile() && !entry.isLink() && !entry.isSymbolicLink()) {
          Files.createDirectories(path.getParent());
          Files.copy(tar, path);
        } else {
          // The published sets have none; one could lead out of the folder.
          throw new KindlingException(
              "Cannot unpack " + archive + ": " + entry.getName() + " is no plain file");
        }
      }
    }
  }

  private Path inside(Path folder, String name) {
    Path path = folder.resolve(name).normalize();
    if (!path.startsWith(folder)) {
      throw new KindlingException(
          "Cannot unpack " + archive + ": " + name + " would land outside of " + folder);
    }
    return path;
  }

  private static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
