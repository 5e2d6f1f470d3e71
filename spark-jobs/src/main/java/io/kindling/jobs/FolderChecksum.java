/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.KindlingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** SHA-256 of texts, and of a file or all files of a folder with their names. */
final class FolderChecksum {
  private FolderChecksum() {}

  /**
   * The checksum, in hexadecimal digits, of what lies at a path.
   *
   * @throws KindlingException if it cannot be read
   */
  static String of(String path, Configuration configuration) {
    Path folder = new Path(path);
    try {
      FileSystem fileSystem = folder.getFileSystem(configuration);
      Map<String, Path> files = new TreeMap<>();
      RemoteIterator<LocatedFileStatus> all = fileSystem.listFiles(folder, true);
      Path root = fileSystem.makeQualified(folder);
      while (all.hasNext()) {
        Path file = all.next().getPath();
        files.put(root.toUri().relativize(file.toUri()).getPath(), file);
      }
      MessageDigest digest = sha256();
      byte[] buffer = new byte[1 << 16];
      for (Map.Entry<String, Path> file : files.entrySet()) {
        digest.update((file.getKey() + "\n").getBytes(StandardCharsets.UTF_8));
        try (InputStream in = fileSystem.open(file.getValue())) {
          for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            digest.update(buffer, 0, read);
          }
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new KindlingException("Cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  /** The checksum of lines of text. */
  static String of(Iterable<String> lines) {
    MessageDigest digest = sha256();
    lines.forEach(line -> digest.update((line + "\n").getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
