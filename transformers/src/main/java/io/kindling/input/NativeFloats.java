/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

import java.lang.ref.Reference;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Floats in native memory, addressed by index: an array of ND4J's, as it lies there. It keeps the
 * array reachable and never owns it.
 */
public final class NativeFloats {
  private final INDArray array;
  private final FloatPointer floats;
  private final BytePointer bytes;
  private final long origin;

  private NativeFloats(INDArray array) {
    this.array = array;
    this.floats = (FloatPointer) array.data().addressPointer();
    this.bytes = new BytePointer(floats);
    this.origin = floats.position();
  }

  /**
   * An array's memory.
   *
   * @param array of type float; index 0 is its first value in memory
   */
  public static NativeFloats of(INDArray array) {
    return new NativeFloats(array);
  }

  /**
   * One that has at least so many floats, of any value: the one given if it is large enough, else a
   * new one, and the one given is freed.
   *
   * @param old null or what this method gave before
   */
  public static NativeFloats atLeast(long length, NativeFloats old) {
    // One that was freed, and not replaced for want of memory, has its length still.
    if (old != null && !old.array.wasClosed() && old.array.length() >= length) {
      return old;
    }
    release(old);
    return new NativeFloats(Nd4j.createUninitializedDetached(DataType.FLOAT, Math.max(1, length)));
  }

  /** Frees what {@link #atLeast} gave; null is nothing to free. */
  public static void release(NativeFloats floats) {
    if (floats != null) {
      HostArrays.release(floats.array);
    }
  }

  /** The pointer, set to an index; the same object each time. */
  public FloatPointer at(long index) {
    return floats.position(origin + index);
  }

  public void get(long from, float[] to, int length) {
    get(from, to, 0, length);
  }

  public void get(long from, float[] to, int offset, int length) {
    try {
      at(from).get(to, offset, length);
    } finally {
      Reference.reachabilityFence(array);
    }
  }

  public void put(long to, float[] from, int length) {
    put(to, from, 0, length);
  }

  public void put(long to, float[] from, int offset, int length) {
    try {
      at(to).put(from, offset, length);
    } finally {
      Reference.reachabilityFence(array);
    }
  }

  /** Copies floats within native memory. */
  public void put(long to, NativeFloats from, long fromIndex, long length) {
    try {
      Pointer.memcpy(byteAt(to), from.byteAt(fromIndex), length * Float.BYTES);
    } finally {
      Reference.reachabilityFence(array);
      Reference.reachabilityFence(from.array);
    }
  }

  private BytePointer byteAt(long index) {
    return bytes.position((origin + index) * Float.BYTES);
  }
}
