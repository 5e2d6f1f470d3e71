/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.masks;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.layers.DropoutLayer;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Dropout that hands the mask on and does not use it: what it does to padding matters to nobody.
 * Deeplearning4j 1.0.0-M2.1's own fails on sequences with a mask, which it takes for a column.
 */
final class UnmaskedDropout extends DropoutLayer {
  private static final long serialVersionUID = 1L;

  UnmaskedDropout(DropoutLayer plain, DataType type) {
    super(plain.conf(), type);
    setIndex(plain.getIndex());
    setListeners(plain.getListeners());
    setParamTable(plain.paramTable());
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray given, MaskState state, int minibatch) {
    return new Pair<>(given, state);
  }

  @Override
  public void setMaskArray(INDArray given) {
    // Not used.
  }
}
