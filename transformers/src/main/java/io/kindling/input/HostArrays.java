/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Floats between the heap and ND4J's memory, the one place that knows how. On a CPU backend they
 * are copied straight into the array's own memory; another backend goes through ND4J's assignment,
 * which keeps host and device in step (not yet run on a GPU).
 */
public final class HostArrays {
  private HostArrays() {}

  /**
   * Fills an array in its own memory order.
   *
   * @param from at least {@code to.length()} floats
   * @param to a whole array (not a view with gaps) of type float
   */
  public static void copy(float[] from, INDArray to) {
    int length = Math.toIntExact(to.length());
    if (length == 0) {
      return;
    }
    if (direct(to)) {
      try {
        pointer(to).put(from, 0, length);
      } finally {
        Reference.reachabilityFence(to);
      }
    } else {
      float[] exact = from.length == length ? from : Arrays.copyOf(from, length);
      to.assign(Nd4j.createFromArray(exact).reshape(to.ordering(), to.shape()));
    }
  }

  /** The floats of a whole array in its own memory order. */
  public static float[] floats(INDArray from) {
    if (!direct(from)) {
      return from.dup(from.ordering()).data().asFloat();
    }
    float[] floats = new float[Math.toIntExact(from.length())];
    if (floats.length > 0) {
      try {
        pointer(from).get(floats);
      } finally {
        Reference.reachabilityFence(from);
      }
    }
    return floats;
  }

  /** The floats of a whole array (or none) in its own memory order, raw and little-endian. */
  public static byte[] bytes(INDArray from) {
    if (from == null) {
      return new byte[0];
    }
    if (!direct(from) || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      return toBytes(floats(from));
    }
    byte[] bytes = new byte[Math.toIntExact(Math.multiplyExact(from.length(), Float.BYTES))];
    try {
      raw(from).get(bytes);
    } finally {
      Reference.reachabilityFence(from);
    }
    return bytes;
  }

  /** Fills a whole array of type float with what {@link #bytes} gave. */
  public static void copy(byte[] from, INDArray to) {
    copy(from, 0, to);
  }

  /**
   * Fills a whole array of type float with a part of what {@link #bytes} gave.
   *
   * @param offset where the part begins, in bytes
   */
  public static void copy(byte[] from, int offset, INDArray to) {
    int bytes = Math.toIntExact(Math.multiplyExact(to.length(), Float.BYTES));
    if (!direct(to) || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      copy(toFloats(Arrays.copyOfRange(from, offset, offset + bytes)), to);
      return;
    }
    try {
      raw(to).put(from, offset, bytes);
    } finally {
      Reference.reachabilityFence(to);
    }
  }

  /** Floats as raw little-endian bytes, the form in which they travel. */
  public static byte[] toBytes(float[] floats) {
    byte[] bytes = new byte[Math.multiplyExact(floats.length, Float.BYTES)];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(floats);
    return bytes;
  }

  /** The floats behind {@link #toBytes}. */
  public static float[] toFloats(byte[] bytes) {
    float[] floats = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return floats;
  }

  /** Frees an array's memory at once, if there is an array and nothing has freed it yet. */
  public static void release(INDArray array) {
    if (array != null && array.closeable() && !array.wasClosed()) {
      array.close();
    }
  }

  private static boolean direct(INDArray array) {
    return Nd4j.getEnvironment().isCPU() && array.data().addressPointer() instanceof FloatPointer;
  }

  /** The same memory as bytes; it stays the array's to free. */
  private static BytePointer raw(INDArray array) {
    FloatPointer floats = pointer(array);
    return new BytePointer(floats).position(floats.position() * Float.BYTES);
  }

  private static FloatPointer pointer(INDArray array) {
    DataBuffer data = array.data();
    return (FloatPointer) data.addressPointer();
  }
}
