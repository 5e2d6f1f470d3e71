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
 * A data set and its quarantine while they are being written: in a hidden folder beside the target,
 * on the same file system, so that each comes into place by a rename and readers of the parent
 * folder never see a half. Closing removes whatever was not published.
 */
final class StagedFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StagedFolder.class);

  private final FileSystem fileSystem;
  private final Path target;
  private final Path quarantineTarget;
  private final Path hidden;

  /**
   * @param overwrite whether an older data set at {@code output} may be replaced
   * @throws KindlingException before anything is written, where the output cannot be put there
   */
  StagedFolder(Configuration configuration, String output, boolean overwrite) throws IOException {
    Path path = new Path(output);
    this.fileSystem = path.getFileSystem(configuration);
    this.target = fileSystem.makeQualified(path);
    if (target.getParent() == null) {
      throw new KindlingException("Cannot write " + output + ": it is the root of a file system");
    }
    this.quarantineTarget = target.suffix(".bad");
    this.hidden = new Path(target.getParent(), "." + target.getName() + "." + UUID.randomUUID());
    for (Path existing : new Path[] {target, quarantineTarget}) {
      if (fileSystem.exists(existing)) {
        if (!overwrite) {
          throw new KindlingException(
              "Cannot write "
                  + existing
                  + ": it exists already; choose another output, or set overwrite = true");
        }
        requireDataSet(existing);
      }
    }
  }

  /** So that a mistyped output does not delete somebody's folder. */
  private void requireDataSet(Path existing) throws IOException {
    if (!fileSystem.getFileStatus(existing).isDirectory()) {
      throw new KindlingException(
          "Cannot overwrite " + existing + ": it is a file, not the folder of a data set");
    }
    FileStatus[] children = fileSystem.listStatus(existing);
    if (children.length > 0 && !fileSystem.exists(new Path(existing, "_SUCCESS"))) {
      throw new KindlingException(
          "Cannot overwrite "
              + existing
              + ": it does not look like a data set (no _SUCCESS in it), so it is left alone");
    }
  }

  Path target() {
    return target;
  }

  Path quarantineTarget() {
    return quarantineTarget;
  }

  /** Where to write the data set. */
  Path data() {
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
  void publish(boolean withQuarantine) throws IOException {
    Path oldData = new Path(hidden, "replaced");
    Path oldQuarantine = new Path(hidden, "replaced.bad");
    boolean replaced = moveIfThere(target, oldData);
    boolean replacedQuarantine = moveIfThere(quarantineTarget, oldQuarantine);
    boolean whole = false;
    try {
      if (withQuarantine) {
        move(quarantine(), quarantineTarget);
      }
      move(data(), target);
      whole = true;
    } finally {
      if (!whole) {
        if (withQuarantine && fileSystem.exists(quarantineTarget)) {
          fileSystem.delete(quarantineTarget, true);
        }
        if (replaced) {
          move(oldData, target);
        }
        if (replacedQuarantine) {
          move(oldQuarantine, quarantineTarget);
        }
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
      fileSystem.delete(hidden, true);
    } catch (IOException e) {
      LOG.warn("Could not remove the temporary folder {}", hidden, e);
    }
  }
}
