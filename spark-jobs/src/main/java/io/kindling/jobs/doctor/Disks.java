/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import java.io.File;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.util.Utils;

/** The folders that shards, shuffles and broadcasts lie in. */
record Disks(List<Disk> disks) implements Check {
  private static final long GIGABYTE = 1024L * 1024 * 1024;
  private static final long ENOUGH = 5 * GIGABYTE;

  /**
   * A folder.
   *
   * @param writable whether Spark can make folders in it
   * @param free bytes
   */
  record Disk(String path, boolean writable, long free) implements Serializable {
    private static Disk of(String path) {
      Path folder = Path.of(path);
      // Spark makes the folder where it is missing.
      while (!Files.exists(folder) && folder.getParent() != null) {
        folder = folder.getParent();
      }
      File file = folder.toFile();
      return new Disk(path, file.isDirectory() && file.canWrite(), file.getUsableSpace());
    }
  }

  static Disks here(SparkConf conf) {
    return new Disks(
        Stream.concat(
                Arrays.stream(Utils.getConfiguredLocalDirs(conf)),
                Stream.of(System.getProperty("java.io.tmpdir")))
            .distinct()
            .map(Disk::of)
            .toList());
  }

  @Override
  public List<Finding> findings(String where) {
    boolean some = disks.stream().anyMatch(Disk::writable);
    return disks.stream().map(disk -> finding(where, disk, some)).toList();
  }

  /**
   * One folder's.
   *
   * @param some whether any can be written to: Spark goes on with those
   */
  private static Finding finding(String where, Disk disk, boolean some) {
    String fix = "set spark.local.dir (standalone workers: SPARK_LOCAL_DIRS) to a folder with room";
    if (!disk.writable()) {
      String found = disk.path() + " cannot be written to";
      return some
          ? Finding.warn("disk", where, found, fix)
          : Finding.fail("disk", where, found, fix);
    }
    String found = "%s has %.1f GB free".formatted(disk.path(), disk.free() / (double) GIGABYTE);
    return disk.free() < ENOUGH
        ? Finding.warn("disk", where, found + ", less than 5", fix)
        : Finding.ok("disk", where, found);
  }
}
