/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.acceleration;

import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.AlgoMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdDataAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdFilterAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.FwdAlgo;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionHelper;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution helper that runs the forward convolution once in a training step instead of twice.
 *
 * <p>Deeplearning4j 1.0.0-M2.1's {@code ConvolutionLayer.backpropGradient} runs the forward pass
 * again, only to ask the activation for its derivative there. This helper hands it the result of
 * the step's forward pass, which still lies in the step's workspace. By then the activation has
 * been applied to it in place, so it serves only activations whose derivative does not tell the two
 * apart: ReLU ({@code relu(z) > 0} where {@code z > 0}) and identity. Parameters come out the same
 * to the bit ({@code OneDnnEquivalenceTest}).
 *
 * <p>Not safe for use by several threads at once, as the layer is not.
 */
final class OnceForwardConvolution implements ConvolutionHelper {
  private final ConvolutionHelper helper;
  private INDArray input;
  private INDArray output;
  private boolean backwardIsNext;

  OnceForwardConvolution(ConvolutionHelper helper) {
    this.helper = helper;
  }

  @Override
  public INDArray preOutput(
      INDArray layerInput,
      INDArray weights,
      INDArray bias,
      int[] kernel,
      int[] strides,
      int[] pad,
      AlgoMode mode,
      FwdAlgo forward,
      ConvolutionMode convolutionMode,
      int[] dilation,
      CNN2DFormat format,
      LayerWorkspaceMgr workspaces) {
    if (backwardIsNext && layerInput == input) {
      INDArray kept = output;
      forget();
      return kept;
    }
    backwardIsNext = false;
    input = layerInput;
    output =
        helper.preOutput(
            layerInput,
            weights,
            bias,
            kernel,
            strides,
            pad,
            mode,
            forward,
            convolutionMode,
            dilation,
            format,
            workspaces);
    return output;
  }

  @Override
  public INDArray activate(INDArray z, IActivation activation, boolean training) {
    INDArray activated = helper.activate(z, activation, training);
    if (training && z == output && activated == z) {
      backwardIsNext = true;
    } else {
      forget();
    }
    return activated;
  }

  private void forget() {
    backwardIsNext = false;
    input = null;
    output = null;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray layerInput,
      INDArray weights,
      INDArray bias,
      INDArray delta,
      int[] kernel,
      int[] strides,
      int[] pad,
      INDArray biasGradient,
      INDArray weightGradient,
      IActivation activation,
      AlgoMode mode,
      BwdFilterAlgo backwardFilter,
      BwdDataAlgo backwardData,
      ConvolutionMode convolutionMode,
      int[] dilation,
      CNN2DFormat format,
      LayerWorkspaceMgr workspaces) {
    return helper.backpropGradient(
        layerInput,
        weights,
        bias,
        delta,
        kernel,
        strides,
        pad,
        // Deeplearning4j has one for a convolution without biases, too, unless it knows the helper.
        bias == null ? null : biasGradient,
        weightGradient,
        activation,
        mode,
        backwardFilter,
        backwardData,
        convolutionMode,
        dilation,
        format,
        workspaces);
  }

  @Override
  public boolean checkSupported() {
    return helper.checkSupported();
  }

  @Override
  public Map<String, Long> helperMemoryUse() {
    return helper.helperMemoryUse();
  }
}
