/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.convolutional;

import io.kindling.replacement.LayerReplacement;
import io.kindling.replacement.LayerReplacement.Result;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.layers.ActivationLayer;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts fast layers of batch normalization and ReLU into a network that is built. They use the
 * network's own parameters and configuration, so that it is saved as if they were not there.
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
    if (!Nd4j.getEnvironment().isCPU()) {
      return 0;
    }
    Rows values = new Rows();
    Rows errors = new Rows();
    try {
      return LayerReplacement.install(model, layer -> replace(layer, values, errors));
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn("Batch normalization stays as Deeplearning4j has it, several times slower", e);
      return 0;
    }
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
