/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import java.io.IOException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Temporary folders that runs for the same target left beside it when they were killed. What was
 * still being written goes. What was being published is finished: an append always, for its run
 * notes itself as done only then; a replacement where something of it can be seen already.
 *
 * @param target what those runs were to write
 */
record LeftBehind(FileSystem fileSystem, Path target) {
  private static final Logger LOG = LoggerFactory.getLogger(LeftBehind.class);

  private static final String UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

  /** Leaves the folders of runs alone that are still at work. */
  void settle() throws IOException {
    if (!fileSystem.exists(target.getParent())) {
      return;
    }
    String prefix = StagedPaths.prefix(target);
    for (FileStatus child : fileSystem.listStatus(target.getParent())) {
      String name = child.getPath().getName();
      if (child.isDirectory()
          && name.startsWith(prefix)
          && name.substring(prefix.length()).matches(UUID)) {
        settle(new StagedPaths(target, child.getPath()), child);
      }
    }
  }

  private void settle(StagedPaths paths, FileStatus hidden) throws IOException {
    Publication publication =
        fileSystem.exists(paths.publication())
            ? JsonFile.read(fileSystem, paths.publication(), Publication.class)
            : null;
    if (publication != null && publication.append()) {
      LOG.warn("Adding to {} what a run left in {} that did not end", target, paths.hidden());
      publication.finishAppend(fileSystem, paths);
    } else if (!isLeft(paths, hidden)) {
      return;
    } else if (publication != null && isHalfPublished(paths)) {
      LOG.warn("Moving to {} what a run left in {} that did not end", target, paths.hidden());
      if (publication.quarantine() && fileSystem.exists(paths.bad())) {
        fileSystem.rename(paths.bad(), paths.badTarget());
      }
      fileSystem.rename(paths.data(), target);
    } else {
      LOG.warn("Removing {}, which a run left that did not end", paths.hidden());
    }
    fileSystem.delete(paths.hidden(), true);
  }

  private boolean isHalfPublished(StagedPaths paths) throws IOException {
    return !fileSystem.exists(target)
        && fileSystem.exists(paths.data())
        && (fileSystem.exists(paths.replaced()) || fileSystem.exists(paths.badTarget()));
  }

  private boolean isLeft(StagedPaths paths, FileStatus hidden) throws IOException {
    if (!fileSystem.exists(paths.owner())) {
      return StagingOwner.isOld(hidden.getModificationTime());
    }
    return JsonFile.read(fileSystem, paths.owner(), StagingOwner.class)
        .isGone(fileSystem.getFileStatus(paths.owner()).getModificationTime());
  }
}
