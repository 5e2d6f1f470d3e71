/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import io.kindling.data.KindlingException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The notes of a data set: {@code _runs/ID.json}, which readers of Parquet pass over.
 *
 * @param fileSystem that of the data set
 * @param folder {@code _runs} in the data set's folder
 */
public record WrittenRuns(FileSystem fileSystem, Path folder) {
  private static final String NAME = "_runs";
  private static final String ENDING = ".json";

  /** The notes of the data set at a path, of which there may be none. */
  public static WrittenRuns of(String dataSet, Configuration configuration) {
    Path path = new Path(dataSet);
    try {
      return in(path.getFileSystem(configuration), path);
    } catch (IOException e) {
      throw new KindlingException("Cannot use path " + dataSet + ": " + e.getMessage(), e);
    }
  }

  static WrittenRuns in(FileSystem fileSystem, Path dataSet) {
    return new WrittenRuns(fileSystem, new Path(dataSet, NAME));
  }

  /** The note of a run, if it wrote its rows. */
  public Optional<WrittenRun> find(String id) {
    Path file = file(id);
    try {
      return fileSystem.exists(file) ? Optional.of(read(file)) : Optional.empty();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The notes of all runs. */
  public List<WrittenRun> all() {
    List<WrittenRun> runs = new ArrayList<>();
    for (Path file : files()) {
      try {
        runs.add(read(file));
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }
    return runs;
  }

  /** The ids of all runs, sorted. */
  public List<String> ids() {
    return files().stream()
        .map(file -> file.getName().substring(0, file.getName().length() - ENDING.length()))
        .toList();
  }

  /** Keeps the last few notes, by their ids, of those that begin with a prefix. */
  public void keepLast(int count, String prefix) throws IOException {
    List<String> ids = ids().stream().filter(id -> id.startsWith(prefix)).toList();
    for (String id : ids.subList(0, Math.max(0, ids.size() - count))) {
      fileSystem.delete(file(id), false);
    }
  }

  /** Writes a note, whole or not at all; one that is there already stays. */
  void put(WrittenRun run) throws IOException {
    Path file = file(run.id());
    if (!fileSystem.exists(file)) {
      JsonFile.write(fileSystem, file, run);
    }
  }

  private WrittenRun read(Path file) throws IOException {
    return JsonFile.read(fileSystem, file, WrittenRun.class);
  }

  private Path file(String id) {
    return new Path(folder, id + ENDING);
  }

  private List<Path> files() {
    try {
      return fileSystem.exists(folder)
          ? Arrays.stream(fileSystem.listStatus(folder))
              .map(FileStatus::getPath)
              .filter(path -> path.getName().endsWith(ENDING))
              .sorted()
              .toList()
          : List.of();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static KindlingException unreadable(Path file, IOException e) {
    return new KindlingException("Cannot read " + file + ": " + e.getMessage(), e);
  }
}
