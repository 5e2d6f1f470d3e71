/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.convolutional;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** A number for each channel, written once for each value of the channel's plane. */
final class Spread {
  private final Planes planes;
  private final float[] values;

  Spread(Planes planes) {
    this.planes = planes;
    this.values = new float[planes.blockLength()];
  }

  /** For the block that begins with a channel; overwritten by the next call. */
  float[] of(int channel, IntToDoubleFunction number) {
    int at = 0;
    for (int c = channel; c < planes.endOfBlock(channel); c++) {
      Arrays.fill(values, at, at += planes.plane(), (float) number.applyAsDouble(c));
    }
    return values;
  }
}
