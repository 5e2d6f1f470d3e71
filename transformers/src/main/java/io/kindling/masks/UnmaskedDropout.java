/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.masks;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.DropoutLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
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

  /**
   * Behind pooling over steps, 1.0.0-M2.1 takes rows for sequences of one step: the next layer's
   * preprocessor gives their gradient as {@code [batch, size, 1]}.
   */
  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    boolean fits = epsilon.rank() == input.rank();
    return super.backpropGradient(
        fits ? epsilon : epsilon.reshape(epsilon.ordering(), input.shape()), workspaces);
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
