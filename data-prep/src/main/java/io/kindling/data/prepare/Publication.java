/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import io.kindling.data.KindlingException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The decision to publish a staged folder that is whole, noted in it before the first rename, so
 * that what a killed run began can be finished.
 *
 * @param append whether files are added to the target, instead of taking its place
 * @param data whether good rows are to be published
 * @param quarantine whether bad rows are
 * @param run the note for the target, or null
 */
record Publication(boolean append, boolean data, boolean quarantine, WrittenRun run) {

  /**
   * Moves the staged files beside the target's, and notes the run there. Until that is done the
   * target has no {@code _SUCCESS}. May be done again, wherever it was broken off, and by two at
   * once.
   */
  void finishAppend(FileSystem fileSystem, StagedPaths paths) throws IOException {
    if (data) {
      addFiles(fileSystem, paths.data(), paths.target());
    }
    if (quarantine) {
      addFiles(fileSystem, paths.bad(), paths.badTarget());
    }
    if (run != null) {
      WrittenRuns.in(fileSystem, paths.target()).put(run);
    }
    for (Path target : List.of(paths.target(), paths.badTarget())) {
      if (fileSystem.exists(target)) {
        fileSystem.create(new Path(target, StagedPaths.SUCCESS), true).close();
      }
    }
  }

  private static void addFiles(FileSystem fileSystem, Path from, Path to) throws IOException {
    fileSystem.delete(new Path(to, StagedPaths.SUCCESS), false);
    fileSystem.mkdirs(to);
    for (Path file : files(fileSystem, from)) {
      String name = from.toUri().relativize(file.toUri()).getPath();
      Path there = new Path(to, name);
      fileSystem.mkdirs(there.getParent());
      if (!moved(fileSystem, file, there)) {
        throw new KindlingException(
            "Cannot write %s: renaming %s to it failed".formatted(there, file));
      }
    }
  }

  /** Somebody else may have moved it: names of files are never used twice. */
  private static boolean moved(FileSystem fileSystem, Path file, Path there) throws IOException {
    try {
      if (fileSystem.rename(file, there)) {
        return true;
      }
    } catch (FileNotFoundException e) {
      // As where it returns false.
    }
    return fileSystem.exists(there) && !fileSystem.exists(file);
  }

  private static List<Path> files(FileSystem fileSystem, Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    if (fileSystem.exists(folder)) {
      RemoteIterator<LocatedFileStatus> all = fileSystem.listFiles(folder, true);
      while (all.hasNext()) {
        FileStatus file = all.next();
        if (!file.getPath().getName().startsWith("_")) {
          files.add(file.getPath());
        }
      }
    }
    return files;
  }
}
