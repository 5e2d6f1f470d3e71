/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * An array in ND4J's own binary format, read without ND4J, which allocates whatever a header says.
 * It is a buffer of longs that tell the shape (rank, sizes, strides, flags, order), then one of the
 * values; each has a header (kind of buffer, length, type) and its numbers, big-endian. The first
 * versions of ND4J had ints for longs; ND4J itself reads those to this day.
 */
final class FlatArray {
  /** Kinds of buffer whose length is an int. */
  private static final java.util.Set<String> OLD = java.util.Set.of("DIRECT", "HEAP", "JAVACPP");

  private static final java.util.Set<String> NEW =
      java.util.Set.of("LONG_SHAPE", "MIXED_DATA_TYPES");

  /** Rank, and for up to 32 dimensions size and stride, flags, element-wise stride, order. */
  private static final int MOST_SHAPE = 2 * 32 + 4;

  private static final int CHUNK = 64 << 10;

  private final String name;
  private final DataInputStream in;
  private final long length;
  private final boolean isDouble;

  /**
   * Reads what comes before the values.
   *
   * @param name for messages
   * @param entry the whole array and nothing else
   * @throws KindlingException if it is no array, or not one of numbers in a row
   */
  FlatArray(String name, InputStream entry) throws IOException {
    this.name = name;
    this.in = new DataInputStream(entry);
    try {
      long declared = shape();
      Header values = header();
      if (values.length != declared) {
        throw refused("has %d values, but a shape of %d".formatted(values.length, declared));
      }
      this.isDouble = values.type.equals("DOUBLE");
      if (!isDouble && !values.type.equals("FLOAT")) {
        throw refused(
            "has values of type %s; those of a network are FLOAT or DOUBLE"
                .formatted(ArtifactJson.shown(values.type)));
      }
      this.length = declared;
    } catch (EOFException e) {
      throw refused("ends before its first value");
    } catch (java.io.UTFDataFormatException e) {
      throw refused("is no array of ND4J");
    }
  }

  /** How many values it says that it has. */
  long length() {
    return length;
  }

  /** A kind of buffer, its length and type. */
  private record Header(String kind, long length, String type) {}

  private Header header() throws IOException {
    String kind = in.readUTF();
    if (!OLD.contains(kind) && !NEW.contains(kind)) {
      throw refused("is no array of ND4J");
    }
    long values = OLD.contains(kind) ? in.readInt() : in.readLong();
    if (values < 0) {
      throw refused("says that it has %d values".formatted(values));
    }
    return new Header(kind, values, in.readUTF());
  }

  /** The number of values that the shape is of. */
  private long shape() throws IOException {
    Header header = header();
    boolean isLong = header.type.equals("LONG");
    if (!isLong && !header.type.equals("INT")) {
      throw refused("has a shape of type " + ArtifactJson.shown(header.type));
    }
    if (header.length > MOST_SHAPE) {
      throw refused("has a shape of %d numbers".formatted(header.length));
    }
    long[] shape = new long[(int) header.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = isLong ? in.readLong() : in.readInt();
    }
    long rank = shape.length == 0 ? -1 : shape[0];
    if (rank < 0 || shape.length != 2 * rank + 4) {
      throw refused("has a shape of %d numbers and rank %d".formatted(shape.length, rank));
    }
    long values = 1;
    long longest = 1;
    for (int i = 1; i <= rank; i++) {
      if (shape[i] < 0) {
        throw refused("has a shape with the size " + shape[i]);
      }
      values = Math.multiplyHigh(values, shape[i]) == 0 ? values * shape[i] : -1;
      if (values < 0) {
        throw refused("has a shape of more values than there can be");
      }
      longest = Math.max(longest, shape[i]);
    }
    if (values != longest && values > 0) {
      throw refused("has a shape of %d values of which not all are in one row".formatted(values));
    }
    return values;
  }

  /**
   * The values; only now is memory allocated for them.
   *
   * @throws KindlingException if they end too early or too late, or one is not finite
   */
  float[] floats() throws IOException {
    float[] floats = new float[Math.toIntExact(length)];
    int width = isDouble ? Double.BYTES : Float.BYTES;
    byte[] chunk = new byte[(int) Math.min(CHUNK, Math.max(1, length * width))];
    ByteBuffer numbers = ByteBuffer.wrap(chunk);
    for (int from = 0; from < floats.length; ) {
      int count = Math.min(floats.length - from, chunk.length / width);
      int read = in.readNBytes(chunk, 0, count * width);
      if (read < count * width) {
        throw refused("ends after %d of %d values".formatted(from + read / width, floats.length));
      }
      if (isDouble) {
        for (int i = 0; i < count; i++) {
          floats[from + i] = (float) numbers.getDouble(i * width);
        }
      } else {
        numbers.asFloatBuffer().get(floats, from, count);
      }
      requireFinite(floats, from, from + count);
      from += count;
    }
    if (in.read() >= 0) {
      throw refused("goes on after its %d values".formatted(floats.length));
    }
    return floats;
  }

  private void requireFinite(float[] floats, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!Float.isFinite(floats[i])) {
        throw refused("has the value %s at index %d".formatted(floats[i], i));
      }
    }
  }

  private KindlingException refused(String reason) {
    return new KindlingException("its %s %s".formatted(name, reason));
  }
}
