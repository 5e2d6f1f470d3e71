/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.catalogue;

import io.kindling.data.KindlingException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Public data sets in a cache folder of this machine: {@code <cache>/<name>/} holds the published
 * files, and archives unpacked in {@code data/}.
 *
 * @param cache the folder; made at first use
 */
public record Catalogue(Path cache) {

  /** The cache of the user: {@code ~/.cache/kindling}. */
  public static Path defaultCache() {
    return Path.of(System.getProperty("user.home"), ".cache", "kindling");
  }

  /**
   * Brings a data set here, unless it is here already: downloads what is missing, going on where an
   * earlier try ended, checks every file's SHA-256, unpacks. A file put by hand where the download
   * would lie is taken, once it is checked. Two processes that fetch the same set wait for one
   * another.
   *
   * @return the folder to read: of the files, or that of the data in the unpacked archive
   * @throws KindlingException naming the URL and the path for a file put by hand, if a file cannot
   *     be downloaded; or expected and found, if one has another hash
   */
  public Path fetch(PublicDataSet set, DownloadProgress progress) {
    Path folder = cache.resolve(set.name()).toAbsolutePath();
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        return fetch(set, folder, progress, lock);
      }
    } catch (OverlappingFileLockException e) {
      throw new KindlingException(
          "Cannot fetch " + set.name() + ": this program is fetching it already", e);
    } catch (IOException e) {
      throw new KindlingException("Cannot use the cache folder " + folder + ": " + e, e);
    }
  }

  private static Path fetch(
      PublicDataSet set, Path folder, DownloadProgress progress, FileLock lock) {
    if (!lock.isValid()) {
      throw new IllegalStateException("no lock on " + folder);
    }
    Path unpacked = folder.resolve("data");
    boolean packed = !set.folder().isEmpty();
    if (packed && Files.isDirectory(unpacked)) {
      // It was unpacked from a checked archive and renamed when whole.
      return unpacked.resolve(set.folder());
    }
    for (RemoteFile file : set.files()) {
      new Download(file, folder.resolve(file.name())).run(progress);
    }
    if (!packed) {
      return folder;
    }
    for (RemoteFile file : set.files()) {
      new TarGz(folder.resolve(file.name())).unpack(unpacked);
    }
    return unpacked.resolve(set.folder());
  }
}
