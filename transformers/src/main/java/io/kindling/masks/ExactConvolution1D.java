/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.masks;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.Convolution1DLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution over steps, {@code [batch, size, steps]}, that sees zeros where a sequence is
 * padded.
 *
 * <p>Deeplearning4j 1.0.0-M2.1's own multiplies neither its input nor the gradient with the mask,
 * so that the biases of one convolution reach the next through the padding, and counts a window as
 * real where any of its steps is.
 */
final class ExactConvolution1D extends Convolution1DLayer {
  private static final long serialVersionUID = 1L;

  private final transient WindowedSteps steps;

  ExactConvolution1D(Convolution1DLayer plain, Windows windows) {
    super(plain.conf(), plain.params().dataType());
    this.steps = new WindowedSteps(windows);
    setIndex(plain.getIndex());
    setListeners(plain.getListeners());
    setParamsViewArray(plain.params());
    setParamTable(plain.paramTable());
    if (plain.getGradientsViewArray() != null) {
      setBackpropGradientsViewArray(plain.getGradientsViewArray());
    }
  }

  @Override
  public void setInput(INDArray values, LayerWorkspaceMgr workspaces) {
    super.setInput(steps.input(values), workspaces);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    return steps.backprop(epsilon, workspaces, super::backpropGradient);
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
