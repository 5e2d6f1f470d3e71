/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kindling.data.KindlingException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderListingTest {
  @TempDir java.nio.file.Path folder;

  /** A file system whose listings break off after the first entry. */
  private static final class Breaking extends FilterFileSystem {
    Breaking(FileSystem whole) {
      super(whole);
    }

    @Override
    public RemoteIterator<FileStatus> listStatusIterator(Path path) throws IOException {
      RemoteIterator<FileStatus> entries = super.listStatusIterator(path);
      return new RemoteIterator<>() {
        private boolean begun;

        @Override
        public boolean hasNext() throws IOException {
          if (begun) {
            throw new IOException("connection lost");
          }
          return entries.hasNext();
        }

        @Override
        public FileStatus next() throws IOException {
          begun = true;
          return entries.next();
        }
      };
    }
  }

  private FileSystem local() throws IOException {
    return FileSystem.getLocal(new Configuration(false));
  }

  @Test
  void listsFilesHoweverDeep() throws IOException {
    Files.createDirectories(folder.resolve("a/b"));
    Files.createFile(folder.resolve("a/b/1.png"));
    FolderListing listing = new FolderListing(local(), new Path(folder.toUri()));
    assertEquals("1.png", listing.next().getName());
    assertThrows(NoSuchElementException.class, listing::next);
  }

  @Test
  void anErrorInTheMiddleOfAListingNamesTheFolder() throws IOException {
    Files.createFile(folder.resolve("1.png"));
    Files.createFile(folder.resolve("2.png"));
    Path path = new Path(folder.toUri());
    FolderListing listing = new FolderListing(new Breaking(local()), path);
    listing.next();
    assertEquals(
        "Cannot read " + path + ": connection lost",
        assertThrows(KindlingException.class, listing::hasNext).getMessage());
  }
}
