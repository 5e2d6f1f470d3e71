/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.KindlingException;
import java.io.IOException;
import java.net.URI;
import java.util.Objects;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Absolute forms of the paths of a job file. Executors may run in other folders than the driver, so
 * a relative path must not get that far: it counts from the working directory where the default
 * file system is the local one, else from the user's home folder there.
 */
final class Locations {
  private final SparkSession spark;

  Locations(SparkSession spark) {
    this.spark = spark;
  }

  /** With scheme, but for local paths where those are the default, as users write and read them. */
  String absolute(String path) {
    Path whole = fileSystem(path).makeQualified(new Path(path));
    String standard =
        FileSystem.getDefaultUri(spark.sparkContext().hadoopConfiguration()).getScheme();
    boolean local = "file".equals(whole.toUri().getScheme()) && "file".equals(standard);
    return local ? whole.toUri().getPath() : whole.toString();
  }

  /**
   * The absolute form of a path that must be there.
   *
   * @param doing what it is wanted for, as the rest of a sentence after "Cannot"
   * @param key the key that holds it
   * @throws KindlingException where there is nothing
   */
  String existing(String path, String doing, String key) {
    String absolute = absolute(path);
    if (!exists(absolute)) {
      throw new KindlingException(
          String.format("Cannot %s: %s does not exist (key '%s')", doing, absolute, key));
    }
    return absolute;
  }

  /**
   * The absolute form of a pattern that must match something.
   *
   * @param doing what it is wanted for, as the rest of a sentence after "Cannot"
   * @param key the key that holds it
   * @throws KindlingException where it does not
   */
  String matched(String pattern, String doing, String key) {
    String absolute = absolute(pattern);
    try {
      FileStatus[] found = fileSystem(absolute).globStatus(new Path(absolute));
      if (found == null || found.length == 0) {
        throw new KindlingException(
            "Cannot %s: no file or folder matches %s (key '%s')".formatted(doing, absolute, key));
      }
    } catch (IOException e) {
      throw new KindlingException("Cannot look for " + absolute + ": " + e.getMessage(), e);
    }
    return absolute;
  }

  boolean isFile(String path) {
    try {
      return fileSystem(path).getFileStatus(new Path(path)).isFile();
    } catch (IOException e) {
      throw new KindlingException("Cannot look for " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * The absolute form of a path that is to be written.
   *
   * @param key the key that holds it
   * @throws KindlingException where there is something already that may not be overwritten, or
   *     where Spark could not read what is written there
   */
  String free(String path, boolean overwrite, String key) {
    String absolute = absolute(path);
    if (PathPattern.is(absolute)) {
      throw new KindlingException(
          String.format(
              "Cannot write %s: Spark takes [ ] { } * ? and \\ in a path for a pattern and would"
                  + " not find it again; choose another %s",
              absolute, key));
    }
    if (!overwrite && exists(absolute)) {
      throw new KindlingException(
          String.format(
              "Cannot write %s: it exists already; choose another %s, or set overwrite = true",
              absolute, key));
    }
    return absolute;
  }

  /**
   * Checks that writing to one path leaves another alone: neither is the other, nor within it.
   *
   * @param output what is to be written, under key {@code output}
   * @param source what the job reads
   * @param key the key that holds {@code source}
   * @throws KindlingException where they are not apart
   */
  void apart(String output, String source, String key) {
    if (overlap(output, source)) {
      throw new KindlingException(
          String.format(
              "Cannot write %s: the job reads %s (key '%s'), and neither may be within the other;"
                  + " choose another output",
              absolute(output), absolute(source), key));
    }
  }

  /** As the other method, of the key {@code training.checkpoint.dir}. */
  void checkpointsApart(String dir, String other, String key) {
    checkpointsApart(dir, "training.checkpoint.dir", other, key);
  }

  /**
   * Checks that checkpoints have a place of their own: neither path is the other, nor within it.
   *
   * @param dir under key {@code dirKey}
   * @param other what the job reads or writes
   * @param key the key that holds {@code other}
   * @throws KindlingException where they are not apart
   */
  void checkpointsApart(String dir, String dirKey, String other, String key) {
    if (overlap(dir, other)) {
      throw new KindlingException(
          String.format(
              "Cannot keep checkpoints in %s: %s is key '%s', and neither may be within the other;"
                  + " choose another %s",
              absolute(dir), absolute(other), key, dirKey));
    }
  }

  private boolean overlap(String one, String other) {
    if (PathPattern.is(other)) {
      PathPattern pattern = new PathPattern(new Path(absolute(other)));
      return within(real(pattern.fixed().toString()), real(one))
          || pattern.takesIn(new Path(absolute(one)));
    }
    URI first = real(one);
    URI second = real(other);
    return within(first, second) || within(second, first);
  }

  private static boolean within(URI inner, URI outer) {
    return Objects.equals(inner.getScheme(), outer.getScheme())
        && Objects.equals(inner.getAuthority(), outer.getAuthority())
        && java.nio.file.Path.of(inner.getPath()).startsWith(outer.getPath());
  }

  /** With its scheme; of a local path the nearest folder that exists without symbolic links. */
  private URI real(String path) {
    URI whole = fileSystem(path).makeQualified(new Path(path)).toUri();
    if (!"file".equals(whole.getScheme())) {
      return whole;
    }
    java.nio.file.Path local = java.nio.file.Path.of(whole.getPath());
    for (java.nio.file.Path there = local; there != null; there = there.getParent()) {
      try {
        return there.toRealPath().resolve(there.relativize(local)).normalize().toUri();
      } catch (IOException e) {
        // It is not there: its parent may be.
      }
    }
    return whole;
  }

  boolean exists(String path) {
    try {
      return fileSystem(path).exists(new Path(path));
    } catch (IOException e) {
      throw new KindlingException("Cannot look for " + path + ": " + e.getMessage(), e);
    }
  }

  private FileSystem fileSystem(String path) {
    try {
      return new Path(path).getFileSystem(spark.sparkContext().hadoopConfiguration());
    } catch (IOException | IllegalArgumentException e) {
      throw new KindlingException("Cannot use path " + path + ": " + e.getMessage(), e);
    }
  }
}
