/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

import java.util.Arrays;

/** The encoded bytes of one example, in memory that is used again for the next. */
public final class ExampleBuffer {
  private byte[] bytes = new byte[0];
  private int length;

  /** The bytes, from index 0 on; the array may be longer than {@link #length()}. */
  public byte[] bytes() {
    return bytes;
  }

  /** How many bytes count. */
  public int length() {
    return length;
  }

  /** Makes room for as many bytes, whose former values are lost. */
  public byte[] resize(int count) {
    if (bytes.length < count) {
      bytes = new byte[Math.max(count, (int) Math.min(2L * bytes.length, Integer.MAX_VALUE - 8))];
    }
    length = count;
    return bytes;
  }

  /** The bytes that count, as an array of their own. */
  public byte[] copy() {
    return Arrays.copyOf(bytes, length);
  }
}
