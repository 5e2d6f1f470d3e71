/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import io.kindling.data.KindlingException;
import io.kindling.data.image.ImageCodec;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.hadoop.fs.Path;

/**
 * The beginning of an IDX file (Y. LeCun's format of MNIST): two zero bytes, the type of the values
 * (8: unsigned byte), the number of dimensions, then each dimension as a big-endian 32-bit integer.
 *
 * @param file path of the file, for messages
 * @param gzip whether the file is packed
 * @param dimensions {@code [count]} for labels, {@code [count, height, width]} for images
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record IdxHeader(String file, boolean gzip, int[] dimensions) implements Serializable {
  private static final int UNSIGNED_BYTE = 8;

  /**
   * Reads and checks the header; where the file is not packed, also its length.
   *
   * @param rank 1 for labels, 3 for images
   */
  static IdxHeader read(SourceFiles files, Path path, int rank) {
    try {
      boolean gzip = files.isGzip(path);
      int[] dimensions = new int[rank];
      try (InputStream stream = files.openUnpacked(path)) {
        byte[] bytes = stream.readNBytes(4 + 4 * rank);
        if (bytes.length >= 4) {
          requireMagic(path, bytes, rank);
        }
        if (bytes.length < 4 + 4 * rank) {
          throw wrong(path, "a header of " + (4 + 4 * rank) + " bytes", bytes.length + " bytes");
        }
        ByteBuffer.wrap(bytes, 4, 4 * rank).asIntBuffer().get(dimensions);
      }
      IdxHeader header = new IdxHeader(path.toString(), gzip, dimensions);
      header.requireSizes();
      if (!gzip) {
        header.requireLength(files.fileSystem(path).getFileStatus(path).getLen());
      }
      return header;
    } catch (EOFException e) {
      throw wrong(new Path(path.toString()), "an IDX header", "a gzip stream that ends before it");
    } catch (IOException e) {
      throw new KindlingException("Cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  private static void requireMagic(Path path, byte[] bytes, int rank) {
    byte[] wanted = {0, 0, UNSIGNED_BYTE, (byte) rank};
    if (!Arrays.equals(wanted, 0, 4, bytes, 0, 4)) {
      throw wrong(
          path,
          "the magic number 0x0000080" + rank + " of IDX " + (rank == 1 ? "labels" : "images"),
          "0x%08x".formatted(ByteBuffer.wrap(bytes).getInt()));
    }
  }

  private void requireSizes() {
    boolean sane = dimensions[0] >= 0;
    long pixels = 1;
    for (int i = 1; sane && i < dimensions.length; i++) {
      pixels *= dimensions[i];
      // A few packed bytes can claim any size; the whole image is held in memory.
      sane = dimensions[i] > 0 && pixels <= ImageCodec.DEFAULT_MAX_PIXELS;
    }
    if (!sane) {
      throw wrong(
          new Path(file),
          "a count from 0 and images of 1 to " + ImageCodec.DEFAULT_MAX_PIXELS + " pixels",
          Arrays.toString(dimensions));
    }
  }

  private void requireLength(long length) {
    long expected = headerBytes() + (long) count() * itemBytes();
    if (length != expected) {
      throw wrong(
          new Path(file),
          expected + " bytes (" + count() + " items of " + itemBytes() + ")",
          length + " bytes, so it is " + (length < expected ? "truncated" : "too long"));
    }
  }

  static KindlingException wrong(Path path, String expected, String found) {
    return new KindlingException(
        "Cannot read " + path + ": expected " + expected + ", found " + found);
  }

  int count() {
    return dimensions[0];
  }

  int headerBytes() {
    return 4 + 4 * dimensions.length;
  }

  /** Bytes of one label or image. */
  int itemBytes() {
    int bytes = 1;
    for (int i = 1; i < dimensions.length; i++) {
      bytes *= dimensions[i];
    }
    return bytes;
  }
}
