/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.package$;

/**
 * The files of one checkpoint: {@code NAME.bin} for each array (raw little-endian floats), {@code
 * progress.json} (position, tallies, history, identity) and, written last, {@code checkpoint.json}
 * (format, versions, size and SHA-256 of each other file). Nothing is read that does not have the
 * size and checksum noted there.
 */
final class CheckpointFiles {
  /** Goes up when an older program would read newer files wrongly. */
  private static final int FORMAT = 1;

  private static final String MANIFEST = "checkpoint.json";
  private static final String PROGRESS = "progress.json";
  private static final String ARRAY = ".bin";
  private static final int LARGEST_JSON = 64 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private CheckpointFiles() {}

  /** What {@code checkpoint.json} holds. */
  record Manifest(int format, Map<String, String> versions, Map<String, Check> files) {}

  /** What a file must be. */
  record Check(long bytes, String sha256) {}

  static void write(Checkpoint checkpoint, FileSystem files, Path folder) throws IOException {
    files.mkdirs(folder);
    Map<String, Check> checks = new TreeMap<>();
    for (Map.Entry<String, byte[]> array : checkpoint.arrays().entrySet()) {
      String name = array.getKey() + ARRAY;
      checks.put(name, put(files, new Path(folder, name), array.getValue()));
    }
    checks.put(PROGRESS, put(files, new Path(folder, PROGRESS), json(checkpoint.progress())));
    put(files, new Path(folder, MANIFEST), json(new Manifest(FORMAT, versions(), checks)));
  }

  /**
   * @throws IOException saying what is wrong, if the checkpoint is not whole or not what was
   *     written
   */
  static Checkpoint read(FileSystem files, Path folder) throws IOException {
    Path manifestPath = new Path(folder, MANIFEST);
    FileStatus found = files.getFileStatus(manifestPath);
    if (found.getLen() > LARGEST_JSON) {
      throw new Damage(MANIFEST + " is none: it has " + found.getLen() + " bytes");
    }
    Manifest manifest =
        JSON.readValue(get(files, manifestPath, (int) found.getLen()), Manifest.class);
    if (manifest.format() != FORMAT) {
      throw new IOException(
          "its format is %d, this version reads %d".formatted(manifest.format(), FORMAT));
    }
    if (manifest.files() == null || !manifest.files().containsKey(PROGRESS)) {
      throw new Damage(MANIFEST + " does not list its files");
    }
    Map<String, byte[]> arrays = new TreeMap<>();
    Checkpoint.Progress progress = null;
    for (Map.Entry<String, Check> file : manifest.files().entrySet()) {
      String name = file.getKey();
      byte[] content = checked(files, new Path(folder, name), file.getValue());
      if (name.equals(PROGRESS)) {
        progress = JSON.readValue(content, Checkpoint.Progress.class);
      } else if (name.endsWith(ARRAY)) {
        arrays.put(name.substring(0, name.length() - ARRAY.length()), content);
      } else {
        throw new Damage("unknown file " + name);
      }
    }
    return new Checkpoint(progress, arrays);
  }

  private static byte[] checked(FileSystem files, Path path, Check check) throws IOException {
    long bytes = files.getFileStatus(path).getLen();
    if (check == null || bytes != check.bytes()) {
      throw new Damage(
          "%s has %d bytes instead of %s"
              .formatted(path.getName(), bytes, check == null ? "?" : check.bytes()));
    }
    byte[] content = get(files, path, Math.toIntExact(bytes));
    if (!sha256(content).equals(check.sha256())) {
      throw new Damage(path.getName() + " does not have the SHA-256 that was noted");
    }
    return content;
  }

  private static byte[] get(FileSystem files, Path path, int bytes) throws IOException {
    byte[] content = new byte[bytes];
    try (FSDataInputStream in = files.open(path)) {
      in.readFully(content);
    }
    return content;
  }

  private static Check put(FileSystem files, Path path, byte[] content) throws IOException {
    try (OutputStream out = files.create(path, true)) {
      out.write(content);
    }
    return new Check(content.length, sha256(content));
  }

  private static byte[] json(Object value) throws IOException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(value);
  }

  private static Map<String, String> versions() {
    String kindling = CheckpointFiles.class.getPackage().getImplementationVersion();
    return new TreeMap<>(
        Map.of(
            "kindling", kindling == null ? "development" : kindling,
            "spark", package$.MODULE$.SPARK_VERSION(),
            "java", Runtime.version().toString()));
  }

  /** In hexadecimal. */
  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** A checkpoint that is not what was written, which no second look will mend. */
  private static final class Damage extends IOException {
    private static final long serialVersionUID = 1L;

    Damage(String message) {
      super(message);
    }
  }

  /** Whether a checkpoint is damaged, rather than out of reach for the moment. */
  static boolean isDamage(IOException failure) {
    return failure instanceof Damage
        || failure instanceof FileNotFoundException
        || failure instanceof EOFException
        || failure instanceof JsonProcessingException
        || failure instanceof ChecksumException;
  }
}
