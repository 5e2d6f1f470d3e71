/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.masks;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Sequences {@code [batch, size, steps]} read from their last step to their first. */
final class TurnedSteps {
  private TurnedSteps() {}

  /**
   * A copy with the real steps of each sequence in the opposite order; padding stays at the end.
   *
   * @param mask {@code [batch, steps]}, ones before zeros; null for no padding
   */
  static INDArray of(INDArray values, INDArray mask) {
    int batch = Math.toIntExact(values.size(0));
    int size = Math.toIntExact(values.size(1));
    int steps = Math.toIntExact(values.size(2));
    int[] lengths;
    if (mask == null) {
      lengths = new int[batch];
      Arrays.fill(lengths, steps);
    } else {
      lengths = Lengths.of(mask);
    }
    int[] sources = new int[batch * steps];
    for (int row = 0; row < batch; row++) {
      for (int step = 0; step < steps; step++) {
        int source = step < lengths[row] ? lengths[row] - 1 - step : step;
        sources[row * steps + step] = row * steps + source;
      }
    }
    INDArray rows = values.permute(0, 2, 1).dup('c').reshape('c', batch * (long) steps, size);
    INDArray turned =
        Nd4j.createUninitialized(values.dataType(), new long[] {batch * (long) steps, size}, 'c');
    Nd4j.pullRows(rows, turned, 1, sources);
    return turned.reshape('c', batch, steps, size).permute(0, 2, 1).dup('f');
  }
}
