/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

import io.kindling.data.KindlingException;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import org.apache.spark.SparkEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bytes on the executor's local disk, among Spark's own local files, appended once and then read
 * anywhere. The operating system keeps as much of it in memory as it has to spare, which counts
 * neither as heap nor as memory of the process.
 *
 * <p>The file has no name: it is unlinked as soon as it is open, so its space is free again when it
 * is closed, when nothing refers to it any more (the JDK closes it then), or when the executor ends
 * in whatever way. It is a {@link RandomAccessFile} because an interrupt, by which Spark may kill a
 * task, closes a {@code FileChannel} for every other user of it, too.
 *
 * <p>Safe for use by several threads.
 */
final class ExampleFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExampleFile.class);

  private final File file;
  private final RandomAccessFile open;
  private long length;

  /**
   * @throws KindlingException if no file can be made
   */
  ExampleFile() {
    this(SparkEnv.get().blockManager().diskBlockManager().createTempLocalBlock()._2());
  }

  ExampleFile(File file) {
    this.file = file;
    try {
      open = new RandomAccessFile(file, "rw");
      Files.delete(file.toPath());
    } catch (IOException e) {
      throw cannotKeep(e);
    }
  }

  /**
   * Adds bytes at the end.
   *
   * @return where they begin
   */
  synchronized long append(byte[] bytes, int count) {
    long start = length;
    try {
      open.seek(start);
      open.write(bytes, 0, count);
    } catch (IOException e) {
      throw cannotKeep(e);
    }
    length += count;
    return start;
  }

  /**
   * Reads bytes.
   *
   * @param position of the first in the file
   * @param into receives {@code count} bytes from {@code offset} on
   */
  synchronized void read(long position, byte[] into, int offset, int count) {
    try {
      open.seek(position);
      open.readFully(into, offset, count);
    } catch (IOException e) {
      throw new KindlingException(
          "Cannot read the training set from local disk: %s: %s"
              .formatted(
                  file, e instanceof EOFException ? "it has been cut short" : e.getMessage()),
          e);
    }
  }

  synchronized long length() {
    return length;
  }

  @Override
  public synchronized void close() {
    try {
      open.close();
    } catch (IOException e) {
      LOG.warn("Closing {} failed; its space is free when this process ends", file, e);
    }
  }

  private KindlingException cannotKeep(IOException e) {
    return new KindlingException(
        "Cannot keep the training set on local disk: %s: %s; spark.local.dir (or SPARK_LOCAL_DIRS) names the folders, which need room for this executor's part of the training set, twice"
            .formatted(file, e.getMessage()),
        e);
  }
}
