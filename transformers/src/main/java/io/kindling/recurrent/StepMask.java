/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.recurrent;

import io.kindling.input.HostArrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Which steps of which examples are real: 1 for those, 0 for padding. */
final class StepMask {
  private final float[] values;
  private final boolean[] whole;
  private final int[] last;
  private final int end;

  private StepMask(float[] values, int examples, int steps) {
    this.values = values;
    this.whole = new boolean[steps];
    this.last = new int[examples];
    int furthest = -1;
    java.util.Arrays.fill(last, -1);
    for (int step = 0; step < steps; step++) {
      whole[step] = true;
      for (int example = 0; example < examples; example++) {
        float value = values[step * examples + example];
        whole[step] &= value == 1f;
        if (value != 0f) {
          last[example] = step;
          furthest = step;
        }
      }
    }
    this.end = furthest + 1;
  }

  /**
   * @param mask {@code [examples, steps]}
   */
  static StepMask of(INDArray mask) {
    INDArray floats = mask.castTo(DataType.FLOAT);
    return new StepMask(HostArrays.floats(floats.dup('f')), (int) mask.size(0), (int) mask.size(1));
  }

  /** The step after the last that is real in any example. */
  int end() {
    return end;
  }

  /** Whether a step is real in all examples. */
  boolean isWhole(int step) {
    return whole[step];
  }

  /** Each example's last real step, -1 where it has none. */
  int[] last() {
    return last;
  }

  /** The mask of one step, {@code [examples]}. */
  void step(int step, float[] to) {
    System.arraycopy(values, step * last.length, to, 0, last.length);
  }
}
