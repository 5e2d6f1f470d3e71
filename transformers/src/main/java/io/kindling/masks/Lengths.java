/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.masks;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How many steps of each sequence are real. */
final class Lengths {
  private Lengths() {}

  /**
   * @param mask {@code [batch, steps]}, ones before zeros in each row
   */
  static int[] of(INDArray mask) {
    return mask.castTo(DataType.FLOAT).sum(1).toIntVector();
  }
}
