/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import io.kindling.data.KindlingException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.Path;

/** The labels or images of one IDX file from a given one on, streamed. */
final class IdxItems implements AutoCloseable {
  private final IdxHeader header;
  private final InputStream stream;
  private long next;

  /** Opens the file at item {@code first}; a packed file is unpacked and skipped up to it. */
  IdxItems(SourceFiles files, IdxHeader header, long first) throws IOException {
    this.header = header;
    this.next = first;
    Path path = new Path(header.file());
    long offset = header.headerBytes() + first * header.itemBytes();
    if (!header.gzip()) {
      this.stream = files.open(path, offset);
      return;
    }
    this.stream = files.openUnpacked(path);
    boolean whole = false;
    try {
      stream.skipNBytes(offset);
      whole = true;
    } catch (EOFException e) {
      throw truncated("fewer than " + first, e);
    } catch (ZipException e) {
      throw damaged(e);
    } finally {
      if (!whole) {
        stream.close();
      }
    }
  }

  byte[] next() throws IOException {
    byte[] item = new byte[header.itemBytes()];
    try {
      if (stream.readNBytes(item, 0, item.length) < item.length) {
        throw truncated(Long.toString(next), null);
      }
    } catch (EOFException e) {
      throw truncated(Long.toString(next), e);
    } catch (ZipException e) {
      throw damaged(e);
    }
    next++;
    return item;
  }

  /** To be called after the last item: nothing may follow, and a packed stream must end well. */
  void requireEnd() throws IOException {
    try {
      if (stream.read() >= 0) {
        throw IdxHeader.wrong(
            new Path(header.file()), header.count() + " items", "more bytes after the last one");
      }
    } catch (EOFException e) {
      throw truncated(next + ", and no end of the gzip stream", e);
    } catch (ZipException e) {
      throw damaged(e);
    }
  }

  private KindlingException truncated(String found, IOException cause) {
    return new KindlingException(
        "Cannot read "
            + header.file()
            + ": expected "
            + header.count()
            + " items of "
            + header.itemBytes()
            + " bytes, found "
            + found
            + ": the file is truncated",
        cause);
  }

  private KindlingException damaged(ZipException cause) {
    return new KindlingException(
        "Cannot read "
            + header.file()
            + ": expected a gzip stream, found damage at item "
            + next
            + " ("
            + cause.getMessage()
            + ")",
        cause);
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
