/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.recurrent;

import io.kindling.input.NativeFloats;

/**
 * A value for each of an LSTM's four gates, {@code [units][examples]} each, in Deeplearning4j's
 * order. Its input goes through tanh, the others are sigmoid; its modulation is what others call
 * the input gate.
 */
final class Gates {
  private final float[] input;
  private final float[] forget;
  private final float[] output;
  private final float[] modulation;

  /** Zeros. */
  Gates(int length) {
    input = new float[length];
    forget = new float[length];
    output = new float[length];
    modulation = new float[length];
  }

  float[] input() {
    return input;
  }

  float[] forget() {
    return forget;
  }

  float[] output() {
    return output;
  }

  float[] modulation() {
    return modulation;
  }

  int capacity() {
    return input.length;
  }

  /** Reads four blocks that follow each other. */
  void read(NativeFloats from, int length) {
    from.get(0, input, length);
    from.get(length, forget, length);
    from.get(2L * length, output, length);
    from.get(3L * length, modulation, length);
  }

  /** Writes what {@link #read} reads. */
  void write(NativeFloats to, int length) {
    to.put(0, input, length);
    to.put(length, forget, length);
    to.put(2L * length, output, length);
    to.put(3L * length, modulation, length);
  }

  /** In Deeplearning4j's order. */
  float[][] blocks() {
    return new float[][] {input, forget, output, modulation};
  }
}
