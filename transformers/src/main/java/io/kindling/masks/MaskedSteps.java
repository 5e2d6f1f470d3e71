/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.masks;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Broadcast;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Copies of arrays {@code [batch, size, steps]} with zeros in the place of padding. */
final class MaskedSteps {
  private MaskedSteps() {}

  /**
   * A layer's input, zero where it is padding.
   *
   * @param mask {@code [batch, steps]}; null for no padding
   * @param minimum steps that the layer needs: fewer are continued with zeros
   * @return in the same workspace; the array itself where there is nothing to do
   */
  static INDArray input(INDArray values, INDArray mask, int minimum) {
    long steps = values.size(2);
    if (mask == null && steps >= minimum) {
      return values;
    }
    return Workspaces.beside(values, () -> copy(values, mask, minimum));
  }

  private static INDArray copy(INDArray values, INDArray mask, int minimum) {
    long steps = values.size(2);
    long room = Math.max(steps, minimum);
    INDArray copy =
        room == steps
            ? values.dup('c')
            : Nd4j.create(
                values.dataType(), new long[] {values.size(0), values.size(1), room}, 'c');
    if (room > steps) {
      first(copy, steps).assign(values);
    }
    if (mask != null) {
      zeroPadding(room == steps ? copy : first(copy, steps), mask);
    }
    return copy;
  }

  /** The first steps of an array. */
  static INDArray first(INDArray values, long steps) {
    return values.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(0, steps));
  }

  /** Sets the padding of an array to zero, in place. */
  static void zeroPadding(INDArray values, INDArray mask) {
    Broadcast.mul(values, mask.castTo(values.dataType()), values, 0, 2);
  }
}
