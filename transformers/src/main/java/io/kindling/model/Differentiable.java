/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;

/**
 * Layers of a network that is differentiated by its input and not trained: each gives in training
 * what it gives in scoring, so that a backward pass finds all that the forward pass computed. Batch
 * normalization is not among what a configuration can say that of.
 */
final class Differentiable {
  private Differentiable() {}

  /**
   * A layer without dropout and noise, and not frozen: a frozen one gives no gradient to those
   * before it. An output layer becomes one that takes the gradient of its output from elsewhere.
   *
   * @param layer changed, or what is in it is
   * @throws KindlingException if it is an output layer of a kind that cannot
   */
  static Layer of(Layer layer) {
    if (layer instanceof BaseOutputLayer output) {
      return ofOutput(output);
    }
    if (layer instanceof FrozenLayer frozen) {
      return named(layer, of(frozen.getLayer()));
    }
    if (layer instanceof FrozenLayerWithBackprop frozen) {
      return named(layer, of(frozen.getUnderlying()));
    }
    layer.setIDropout(null);
    if (layer instanceof BaseLayer weighted) {
      weighted.setWeightNoise(null);
    }
    if (layer instanceof Bidirectional both) {
      both.setFwd(of(both.getFwd()));
      both.setBwd(of(both.getBwd()));
    } else if (layer instanceof BaseWrapperLayer wrapper) {
      wrapper.setUnderlying(of(wrapper.getUnderlying()));
    }
    return layer;
  }

  private static Layer named(Layer holder, Layer layer) {
    layer.setLayerName(holder.getLayerName());
    return layer;
  }

  private static Layer ofOutput(BaseOutputLayer output) {
    if (output.getClass() != OutputLayer.class) {
      throw new KindlingException(
          "Cannot differentiate the network: its last layer is a %s, it must be an OutputLayer"
              .formatted(output.getClass().getSimpleName()));
    }
    DenseLayer dense =
        new DenseLayer.Builder()
            .nIn(output.getNIn())
            .nOut(output.getNOut())
            .hasBias(output.hasBias())
            .build();
    dense.setLayerName(output.getLayerName());
    dense.setActivationFn(output.getActivationFn());
    dense.setWeightInitFn(output.getWeightInitFn());
    dense.setIUpdater(output.getIUpdater());
    return dense;
  }
}
