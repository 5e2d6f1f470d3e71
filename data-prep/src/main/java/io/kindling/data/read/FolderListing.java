/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The files under a folder, however deep, except hidden ones; listed piece by piece, so that a
 * folder of millions needs no memory.
 */
final class FolderListing implements Iterator<Path> {
  private final FileSystem fileSystem;
  private final Deque<Path> folders = new ArrayDeque<>();
  private Path listed;
  private RemoteIterator<FileStatus> entries;
  private Path next;

  FolderListing(FileSystem fileSystem, Path folder) {
    this.fileSystem = fileSystem;
    folders.add(folder);
  }

  @Override
  public boolean hasNext() {
    try {
      while (next == null) {
        if (entries == null) {
          listed = folders.poll();
          if (listed == null) {
            return false;
          }
          entries = fileSystem.listStatusIterator(listed);
        }
        advance();
      }
      return true;
    } catch (IOException e) {
      throw IdxReader.unreadable(String.valueOf(listed), e);
    }
  }

  private void advance() throws IOException {
    while (entries.hasNext()) {
      FileStatus entry = entries.next();
      if (SourceFiles.isHidden(entry.getPath())) {
        continue;
      }
      if (!entry.isDirectory()) {
        next = entry.getPath();
        return;
      }
      folders.add(entry.getPath());
    }
    entries = null;
  }

  @Override
  public Path next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Path path = next;
    next = null;
    return path;
  }
}
