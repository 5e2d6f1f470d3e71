/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import io.kindling.data.KindlingException;
import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A data set and its quarantine, or a model, while it is being written: in a hidden folder beside
 * the target, on the same file system, so that it comes into place by a rename and readers of the
 * parent folder never see a half. What was there before stays until the new one is whole. Closing
 * removes whatever was not published, and so does the end of the JVM.
 */
public final class StagedFolder implements AutoCloseable {

  /** What is written, and the file by which an older one is known. */
  public enum Kind {
    DATA_SET("a data set", "_SUCCESS"),
    MODEL("a model", "metadata"),
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
  private final FileSystem fileSystem;
  private final Path target;
  private final Path quarantineTarget;
  private final Path hidden;
  private boolean restorable;
  private boolean published;

  /**
   * Looks at the target, and makes the hidden folder.
   *
   * @param overwrite whether an older one of its kind at {@code output} may be replaced
   * @throws KindlingException before anything is written, where the output cannot be put there
   */
  public StagedFolder(Configuration configuration, String output, boolean overwrite, Kind kind)
      throws IOException {
    this.kind = kind;
    Path path = new Path(output);
    this.fileSystem = path.getFileSystem(configuration);
    this.target = fileSystem.makeQualified(path);
    if (target.getParent() == null) {
      throw new KindlingException("Cannot write " + output + ": it is the root of a file system");
    }
    this.quarantineTarget = target.suffix(".bad");
    this.hidden = new Path(target.getParent(), "." + target.getName() + "." + UUID.randomUUID());
    Path[] targets =
        kind == Kind.DATA_SET ? new Path[] {target, quarantineTarget} : new Path[] {target};
    for (Path existing : targets) {
      if (fileSystem.exists(existing)) {
        if (!overwrite) {
          throw new KindlingException(
              "Cannot write "
                  + existing
                  + ": it exists already; choose another output, or set overwrite = true");
        }
        requireOfItsKind(existing);
      }
    }
    fileSystem.mkdirs(hidden);
    fileSystem.deleteOnExit(hidden); // of what exists only
  }

  /** So that a mistyped output does not delete somebody's folder. */
  private void requireOfItsKind(Path existing) throws IOException {
    if (!fileSystem.getFileStatus(existing).isDirectory()) {
      throw new KindlingException(
          "Cannot overwrite " + existing + ": it is a file, not the folder of " + kind.title);
    }
    FileStatus[] children = fileSystem.listStatus(existing);
    if (children.length > 0 && !fileSystem.exists(new Path(existing, kind.mark))) {
      throw new KindlingException(
          "Cannot overwrite "
              + existing
              + ": it does not look like %s (no %s in it), so it is left alone"
                  .formatted(kind.title, kind.mark));
    }
  }

  Path target() {
    return target;
  }

  Path quarantineTarget() {
    return quarantineTarget;
  }

  /** Where to write. */
  public Path data() {
    return new Path(hidden, target.getName());
  }

  /** Where to write the bad rows. */
  Path quarantine() {
    return new Path(hidden, quarantineTarget.getName());
  }

  /** Whether anything lies in the staged data set but what Spark leaves beside the files. */
  boolean hasFiles() throws IOException {
    for (FileStatus child : fileSystem.listStatus(data())) {
      if (!child.getPath().getName().startsWith("_")
          && !child.getPath().getName().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  /** Puts what is staged in the place of what is there; on failure what was there comes back. */
  public void publish(boolean withQuarantine) throws IOException {
    Path oldData = data().suffix(".replaced");
    Path oldQuarantine = quarantine().suffix(".replaced");
    boolean replaced = false;
    boolean replacedQuarantine = false;
    boolean whole = false;
    // What the target held lies in the hidden folder from here on: nothing may delete it unasked.
    fileSystem.cancelDeleteOnExit(hidden);
    try {
      replaced = moveIfThere(target, oldData);
      replacedQuarantine = kind == Kind.DATA_SET && moveIfThere(quarantineTarget, oldQuarantine);
      if (withQuarantine) {
        move(quarantine(), quarantineTarget);
      }
      move(data(), target);
      whole = true;
      published = true;
      restorable = false;
    } finally {
      if (!whole) {
        if (withQuarantine && fileSystem.exists(quarantineTarget)) {
          fileSystem.delete(quarantineTarget, true);
        }
        restorable = replaced || replacedQuarantine;
        if (replaced) {
          move(oldData, target);
        }
        if (replacedQuarantine) {
          move(oldQuarantine, quarantineTarget);
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
    if (restorable) {
      LOG.error("What was at {} could not be put back; it lies in {}", target, hidden);
      return;
    }
    try {
      fileSystem.delete(hidden, true);
      if (published) {
        fileSystem.cancelDeleteOnExit(hidden);
      } // else tasks of a failed job may write for a moment yet and bring it back
    } catch (IOException e) {
      LOG.warn("Could not remove the temporary folder {}", hidden, e);
    }
  }
}
