/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import io.kindling.data.KindlingException;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A data set and its quarantine, a model, or an evaluation, while it is being written: in a hidden
 * folder beside the target, on the same file system, so that it comes into place by a rename and
 * readers of the parent folder never see a half. What was there before stays until the new one is
 * whole. Closing removes whatever was not published, and so does the end of the JVM; what a killed
 * one left, the next run for the same target removes or, where it had begun to publish, finishes
 * ({@link LeftBehind}).
 */
public final class StagedFolder implements AutoCloseable {

  /** What is written, and the file by which an older one is known. */
  public enum Kind {
    DATA_SET("a data set", StagedPaths.SUCCESS),
    MODEL("a model", "metadata"),
    EVALUATION("an evaluation", "evaluation.json"),
    EXPLANATION("explanations", "explanation.json");

    private final String title;
    private final String mark;

    Kind(String title, String mark) {
      this.title = title;
      this.mark = mark;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(StagedFolder.class);

  private final Kind kind;
  private final WriteMode mode;
  private final FileSystem fileSystem;
  private final StagedPaths paths;
  private boolean restorable;
  private boolean published;

  /** As {@link #StagedFolder(Configuration, String, WriteMode, Kind)}, refusing or overwriting. */
  public StagedFolder(Configuration configuration, String output, boolean overwrite, Kind kind)
      throws IOException {
    this(configuration, output, overwrite ? WriteMode.OVERWRITE : WriteMode.REFUSE, kind);
  }

  /**
   * Looks at the target, and makes the hidden folder.
   *
   * @param mode whether an older one of its kind at {@code output} may be replaced or added to
   * @throws KindlingException before anything is written, where the output cannot be put there
   */
  StagedFolder(Configuration configuration, String output, WriteMode mode, Kind kind)
      throws IOException {
    this.kind = kind;
    this.mode = mode;
    Path path = new Path(output);
    this.fileSystem = path.getFileSystem(configuration);
    Path target = fileSystem.makeQualified(path);
    if (target.getParent() == null) {
      throw new KindlingException("Cannot write " + output + ": it is the root of a file system");
    }
    this.paths =
        new StagedPaths(
            target, new Path(target.getParent(), StagedPaths.prefix(target) + UUID.randomUUID()));
    new LeftBehind(fileSystem, target).settle();
    Path[] targets =
        kind == Kind.DATA_SET ? new Path[] {target, paths.badTarget()} : new Path[] {target};
    for (Path existing : targets) {
      if (fileSystem.exists(existing)) {
        if (mode == WriteMode.REFUSE) {
          throw new KindlingException(
              "Cannot write "
                  + existing
                  + ": it exists already; choose another output, or set overwrite = true");
        }
        requireOfItsKind(existing);
      }
    }
    fileSystem.mkdirs(paths.hidden());
    fileSystem.deleteOnExit(paths.hidden()); // of what exists only
    JsonFile.write(fileSystem, paths.owner(), StagingOwner.current());
  }

  /** So that a mistyped output does not delete somebody's folder, or mix with it. */
  private void requireOfItsKind(Path existing) throws IOException {
    String doing = mode == WriteMode.APPEND ? "append to" : "overwrite";
    if (!fileSystem.getFileStatus(existing).isDirectory()) {
      throw new KindlingException(
          "Cannot %s %s: it is a file, not the folder of %s"
              .formatted(doing, existing, kind.title));
    }
    FileStatus[] children = fileSystem.listStatus(existing);
    if (children.length > 0 && !fileSystem.exists(new Path(existing, kind.mark))) {
      throw new KindlingException(
          "Cannot %s %s: it does not look like %s (no %s in it), so it is left alone"
              .formatted(doing, existing, kind.title, kind.mark));
    }
  }

  Path target() {
    return paths.target();
  }

  Path quarantineTarget() {
    return paths.badTarget();
  }

  boolean appends() {
    return mode == WriteMode.APPEND;
  }

  /** Where to write. */
  public Path data() {
    return paths.data();
  }

  /** Where to write the bad rows. */
  Path quarantine() {
    return paths.bad();
  }

  /** Where to write both, in a folder for each. */
  Path both() {
    return new Path(paths.hidden(), "both");
  }

  /** Makes the good part of {@link #both} the data. */
  void takeGood() throws IOException {
    take(part(GoodAndBadParquet.GOOD), data());
  }

  /** Makes the bad part the quarantine; its rows have nothing in the columns of partitions. */
  void takeBad(List<String> partitionColumns) throws IOException {
    Path part = part(GoodAndBadParquet.BAD);
    for (String name : partitionColumns) {
      part =
          new Path(
              part,
              ExternalCatalogUtils.escapePathName(name)
                  + "="
                  + ExternalCatalogUtils.DEFAULT_PARTITION_NAME());
    }
    take(part, quarantine());
  }

  private Path part(String name) {
    return new Path(both(), GoodAndBadParquet.PART + "=" + name);
  }

  private void take(Path part, Path to) throws IOException {
    if (!fileSystem.rename(part, to)) {
      throw new KindlingException("Cannot write " + to + ": renaming " + part + " to it failed");
    }
    fileSystem.create(new Path(to, StagedPaths.SUCCESS), true).close();
  }

  /**
   * Publishes what is staged with a note of the run that wrote it.
   *
   * @param run the note, or null
   */
  void publish(StagedRows.Counts counts, WrittenRun run) throws IOException {
    boolean append =
        appends() && (fileSystem.exists(target()) || fileSystem.exists(quarantineTarget()));
    if (append) {
      boolean data = counts.written() > 0;
      Publication publication = new Publication(true, data, counts.quarantined(), run);
      // From here on it will be finished, by this run or by the next.
      fileSystem.cancelDeleteOnExit(paths.hidden());
      JsonFile.write(fileSystem, paths.publication(), publication);
      publication.finishAppend(fileSystem, paths);
      published = true;
      return;
    }
    fileSystem.mkdirs(data()); // of a stream's rows all may be bad
    fileSystem.create(new Path(data(), StagedPaths.SUCCESS), true).close();
    if (run != null) {
      WrittenRuns.in(fileSystem, data()).put(run);
    }
    publish(counts.quarantined());
  }

  /** Puts what is staged in the place of what is there; on failure what was there comes back. */
  public void publish(boolean withQuarantine) throws IOException {
    boolean replaced = false;
    boolean replacedQuarantine = false;
    boolean whole = false;
    // What the target held lies in the hidden folder from here on: nothing may delete it unasked.
    fileSystem.cancelDeleteOnExit(paths.hidden());
    JsonFile.write(
        fileSystem, paths.publication(), new Publication(false, true, withQuarantine, null));
    try {
      replaced = moveIfThere(target(), paths.replaced());
      replacedQuarantine =
          kind == Kind.DATA_SET && moveIfThere(paths.badTarget(), paths.replacedBad());
      if (withQuarantine) {
        move(paths.bad(), paths.badTarget());
      }
      move(data(), target());
      whole = true;
      published = true;
      restorable = false;
    } finally {
      if (!whole) {
        if (withQuarantine && fileSystem.exists(paths.badTarget())) {
          fileSystem.delete(paths.badTarget(), true);
        }
        restorable = replaced || replacedQuarantine;
        if (replaced) {
          move(paths.replaced(), target());
        }
        if (replacedQuarantine) {
          move(paths.replacedBad(), paths.badTarget());
        }
        restorable = false;
      }
    }
  }

  private boolean moveIfThere(Path from, Path to) throws IOException {
    if (!fileSystem.exists(from)) {
      return false;
    }
    move(from, to);
    return true;
  }

  private void move(Path from, Path to) throws IOException {
    // A rename onto a folder that is there would move into it.
    if (fileSystem.exists(to)) {
      throw new KindlingException("Cannot write " + to + ": it came into being meanwhile");
    }
    if (!fileSystem.rename(from, to)) {
      throw new KindlingException("Cannot write " + to + ": renaming " + from + " to it failed");
    }
  }

  @Override
  public void close() {
    try {
      if (restorable) {
        LOG.error("What was at {} could not be put back; it lies in {}", target(), paths.hidden());
        return;
      }
      if (!published && appends() && fileSystem.exists(paths.publication())) {
        LOG.error("Rows for {} lie in {}; the next run adds them", target(), paths.hidden());
        return;
      }
      fileSystem.delete(paths.hidden(), true);
      if (published) {
        fileSystem.cancelDeleteOnExit(paths.hidden());
      } // else tasks of a failed job may write for a moment yet and bring it back
    } catch (IOException e) {
      LOG.warn("Could not remove the temporary folder {}", paths.hidden(), e);
    }
  }
}
