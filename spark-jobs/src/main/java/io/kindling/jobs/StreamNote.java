/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.KindlingException;
import io.kindling.data.prepare.JsonFile;
import java.io.IOException;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What a stream's checkpoint belongs to: {@code kindling.json} in its folder, beside what Spark
 * keeps there.
 *
 * @param stream a name of its own, with which it notes its batches in the output
 * @param model checksum of the model
 * @param input the folder that is watched
 * @param output where the rows go
 * @param schema the input's columns, as Spark's JSON
 */
record StreamNote(String stream, String model, String input, String output, String schema) {
  /**
   * The note in a checkpoint folder, or null where the folder is new.
   *
   * @throws KindlingException where there is something else in it
   */
  static StreamNote read(String checkpoint, Configuration configuration) {
    Path file = file(checkpoint);
    try {
      FileSystem files = file.getFileSystem(configuration);
      if (files.exists(file)) {
        return JsonFile.read(files, file, StreamNote.class);
      }
      if (files.exists(file.getParent()) && files.listStatus(file.getParent()).length > 0) {
        throw new KindlingException(
            "Cannot keep where the stream stands in %s: there is something else in it; choose"
                    .formatted(checkpoint)
                + " another scoring.checkpoint.dir");
      }
      return null;
    } catch (IOException e) {
      throw new KindlingException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Whether Spark has finished a batch there. */
  static boolean hasBatches(String checkpoint, Configuration configuration) {
    Path commits = new Path(checkpoint, "commits");
    try {
      FileSystem files = commits.getFileSystem(configuration);
      return files.exists(commits) && files.listStatus(commits).length > 0;
    } catch (IOException e) {
      throw new KindlingException("Cannot read " + commits + ": " + e.getMessage(), e);
    }
  }

  void write(String checkpoint, Configuration configuration) {
    Path file = file(checkpoint);
    try {
      JsonFile.write(file.getFileSystem(configuration), file, this);
    } catch (IOException e) {
      throw new KindlingException("Cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Checks that a job goes on with what it began.
   *
   * @throws KindlingException naming the first difference
   */
  void requireSame(StreamNote now, String checkpoint) {
    require("model", "SHA-256 " + model, "SHA-256 " + now.model, checkpoint);
    require("input", input, now.input, checkpoint);
    require("output", output, now.output, checkpoint);
  }

  private static void require(String key, String then, String now, String checkpoint) {
    if (!Objects.equals(then, now)) {
      throw new KindlingException(
          "Cannot go on with the stream of %s: its %s was another (%s, now %s); give that one, or"
                  .formatted(checkpoint, key, then, now)
              + " another scoring.checkpoint.dir and another output");
    }
  }

  private static Path file(String checkpoint) {
    return new Path(checkpoint, "kindling.json");
  }
}
