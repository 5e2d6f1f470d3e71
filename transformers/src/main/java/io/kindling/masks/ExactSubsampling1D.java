/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.masks;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.subsampling.Subsampling1DLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Pooling over windows of steps, {@code [batch, size, steps]}, of which only those count that lie
 * within a sequence.
 *
 * <p>Deeplearning4j 1.0.0-M2.1's own counts those that begin in it, too, so that what a padded
 * sequence gives depends on the padding.
 */
final class ExactSubsampling1D extends Subsampling1DLayer {
  private static final long serialVersionUID = 1L;

  private final transient WindowedSteps steps;

  ExactSubsampling1D(Subsampling1DLayer plain, DataType type, Windows windows) {
    super(plain.conf(), type);
    this.steps = new WindowedSteps(windows);
    setIndex(plain.getIndex());
    setListeners(plain.getListeners());
  }

  @Override
  public void setInput(INDArray values, LayerWorkspaceMgr workspaces) {
    super.setInput(steps.input(values), workspaces);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    return steps.backprop(
        epsilon,
        workspaces,
        (given, own) ->
            super.backpropGradient(
                given == epsilon ? own.dup(ArrayType.BP_WORKING_MEM, epsilon, 'c') : given, own));
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray given, MaskState state, int minibatch) {
    return new Pair<>(steps.reduce(given), state);
  }

  @Override
  public void setMaskArray(INDArray given) {
    steps.setMask(given);
  }

  @Override
  public INDArray getMaskArray() {
    return steps.mask();
  }

  @Override
  public void clear() {
    super.clear();
    steps.setMask(null);
  }
}
