/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.convolutional;

import io.kindling.replacement.LayerReplacement;
import io.kindling.replacement.LayerReplacement.Result;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.layers.ActivationLayer;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts fast layers of batch normalization, ReLU and convolution into a network that is built. They
 * use the network's own parameters and configuration, so that it is saved as if they were not
 * there.
 */
public final class ConvolutionalAcceleration {
  private static final Logger LOG = LoggerFactory.getLogger(ConvolutionalAcceleration.class);

  private ConvolutionalAcceleration() {}

  /**
   * Replaces what can be replaced.
   *
   * @param model an initialised {@code MultiLayerNetwork} or {@code ComputationGraph}, before its
   *     first minibatch
   * @return how many layers were replaced
   */
  public static int install(Model model) {
    Rows values = new Rows();
    Rows errors = new Rows();
    return install(model, layer -> replace(layer, values, errors));
  }

  /**
   * Replaces what can be replaced in a network that only scores: convolutions of few channels, too.
   *
   * @param model as above
   * @return how many layers were replaced
   */
  public static int installForScoring(Model model) {
    return install(model) + install(model, ConvolutionalAcceleration::replaceConvolution);
  }

  private static int install(Model model, LayerReplacement.Rule rule) {
    if (!Nd4j.getEnvironment().isCPU()) {
      return 0;
    }
    try {
      return LayerReplacement.install(model, rule);
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn("Layers stay as Deeplearning4j has them, several times slower", e);
      return 0;
    }
  }

  private static Result replaceConvolution(Layer layer) throws ReflectiveOperationException {
    return layer.getClass() == ConvolutionLayer.class
            && PatchConvolution.isSupported((ConvolutionLayer) layer)
        ? new Result(PatchConvolution.of((ConvolutionLayer) layer), 1)
        : new Result(layer, 0);
  }

  private static Result replace(Layer layer, Rows values, Rows errors)
      throws ReflectiveOperationException {
    if (layer.getClass() == BatchNormalization.class) {
      BatchNormalization plain = (BatchNormalization) layer;
      return FastBatchNormalization.isSupported(plain)
          ? new Result(FastBatchNormalization.of(plain, values, errors), 1)
          : new Result(layer, 0);
    }
    if (layer.getClass() == ActivationLayer.class) {
      ActivationLayer plain = (ActivationLayer) layer;
      return FastRelu.isSupported(plain)
          ? new Result(FastRelu.of(plain, values), 1)
          : new Result(layer, 0);
    }
    return new Result(layer, 0);
  }
}
