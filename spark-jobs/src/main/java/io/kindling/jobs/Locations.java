/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.KindlingException;
import java.io.IOException;
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
   * The absolute form of a path that is to be written.
   *
   * @param key the key that holds it
   * @throws KindlingException where there is something already that may not be overwritten
   */
  String free(String path, boolean overwrite, String key) {
    String absolute = absolute(path);
    if (!overwrite && exists(absolute)) {
      throw new KindlingException(
          String.format(
              "Cannot write %s: it exists already; choose another %s, or set overwrite = true",
              absolute, key));
    }
    return absolute;
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
