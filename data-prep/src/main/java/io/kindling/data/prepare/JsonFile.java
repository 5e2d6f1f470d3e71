/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.data.KindlingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A small value as a file of JSON on any Hadoop file system, whole or not there. */
public final class JsonFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonFile() {}

  /** Writes a value, under another name until it is whole. */
  public static void write(FileSystem fileSystem, Path file, Object value) throws IOException {
    Path temporary = new Path(file.getParent(), "." + file.getName() + ".tmp");
    try (OutputStream out = fileSystem.create(temporary, true)) {
      out.write(JSON.writeValueAsBytes(value));
    }
    if (!fileSystem.rename(temporary, file)) {
      throw new KindlingException(
          "Cannot write " + file + ": renaming " + temporary + " to it failed");
    }
  }

  /** Reads what was written. */
  public static <T> T read(FileSystem fileSystem, Path file, Class<T> type) throws IOException {
    try (InputStream in = fileSystem.open(file)) {
      return JSON.readValue(in.readAllBytes(), type);
    }
  }
}
