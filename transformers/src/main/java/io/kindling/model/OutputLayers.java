/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/** The last layer of a network, and what a classifier asks of it. */
public final class OutputLayers {
  private OutputLayers() {}

  /** The configuration's last layer, which must be an output layer. */
  static BaseOutputLayer of(MultiLayerConfiguration configuration) {
    Layer last = configuration.getConf(configuration.getConfs().size() - 1).getLayer();
    if (last instanceof BaseOutputLayer output) {
      return output;
    }
    throw new KindlingException(
        "Cannot use the network: its last layer is a %s, a classifier needs an OutputLayer"
            .formatted(last.getClass().getSimpleName()));
  }

  /**
   * The number of classes of a softmax classification network.
   *
   * @throws KindlingException if its last layer is no output layer with softmax
   */
  public static int classes(MultiLayerConfiguration configuration) {
    BaseOutputLayer output = of(configuration);
    if (!(output.getActivationFn() instanceof ActivationSoftmax)) {
      throw new KindlingException(
          "Cannot use the network: its output layer's activation is %s, a classifier needs softmax"
              .formatted(output.getActivationFn()));
    }
    return Math.toIntExact(output.getNOut());
  }
}
