/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import io.kindling.data.KindlingException;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Opens files of any Hadoop file system, on the driver and on executors alike: it carries the
 * session's Hadoop settings (credentials, endpoints) to where the file is opened.
 */
final class SourceFiles implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int BUFFER_BYTES = 1 << 16;

  private final SerializableConfiguration configuration;

  SourceFiles(SparkSession spark) {
    this.configuration = new SerializableConfiguration(spark.sessionState().newHadoopConf());
  }

  FileSystem fileSystem(Path path) throws IOException {
    Configuration settings = configuration.value();
    return path.getFileSystem(settings);
  }

  /**
   * What lies at this path.
   *
   * @throws KindlingException if nothing does
   */
  FileStatus status(String input) {
    try {
      Path path = new Path(input);
      return fileSystem(path).getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw new KindlingException("Cannot read " + input + ": there is no such file or folder", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new KindlingException("Cannot read " + input + ": " + e.getMessage(), e);
    }
  }

  /** What lies in this folder and is not hidden, sorted by name. For folders of few entries. */
  List<FileStatus> visible(Path folder) {
    try {
      List<FileStatus> entries = new ArrayList<>();
      for (FileStatus entry : fileSystem(folder).listStatus(folder)) {
        if (!isHidden(entry.getPath())) {
          entries.add(entry);
        }
      }
      entries.sort((a, b) -> a.getPath().getName().compareTo(b.getPath().getName()));
      return entries;
    } catch (IOException e) {
      throw new KindlingException("Cannot list " + folder + ": " + e.getMessage(), e);
    }
  }

  /**
   * Not Hadoop's rule, which hides every name that begins with an underscore: cameras name
   * photographs in Adobe RGB {@code _MG_1234.JPG}, and a class may be named {@code _background_}.
   */
  static boolean isHidden(Path path) {
    return path.getName().startsWith(".") || path.getName().equals("_SUCCESS");
  }

  /** The file's bytes from {@code offset}. */
  InputStream open(Path path, long offset) throws IOException {
    var stream = fileSystem(path).open(path);
    boolean whole = false;
    try {
      if (offset > 0) {
        stream.seek(offset);
      }
      whole = true;
      return new BufferedInputStream(stream, BUFFER_BYTES);
    } finally {
      if (!whole) {
        stream.close();
      }
    }
  }

  /** The file's content, unpacked where it begins as gzip does, whatever its name. */
  InputStream openUnpacked(Path path) throws IOException {
    InputStream stream = open(path, 0);
    boolean whole = false;
    try {
      stream.mark(2);
      boolean gzip = stream.read() == 0x1f && stream.read() == 0x8b;
      stream.reset();
      InputStream unpacked = gzip ? new GZIPInputStream(stream, BUFFER_BYTES) : stream;
      whole = true;
      return unpacked;
    } finally {
      if (!whole) {
        stream.close();
      }
    }
  }

  boolean isGzip(Path path) throws IOException {
    try (InputStream stream = open(path, 0)) {
      return stream.read() == 0x1f && stream.read() == 0x8b;
    }
  }
}
