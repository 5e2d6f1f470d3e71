/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;

/** How a layer is trained, as against what it computes. */
final class LayerTraining {
  private LayerTraining() {}

  /**
   * Sets a layer's optimizer, penalties and limit on gradients, and those of the layers in it.
   *
   * @param as a layer that has them
   */
  static void set(Layer layer, BaseLayer as) {
    if (layer instanceof BaseLayer own) {
      own.setIUpdater(as.getIUpdater().clone());
      own.setBiasUpdater(as.getBiasUpdater() == null ? null : as.getBiasUpdater().clone());
      own.setRegularization(as.getRegularization());
      own.setRegularizationBias(as.getRegularizationBias());
      own.setGradientNormalization(
          // Its running mean and variance are kept as if by gradients, which must not be clipped.
          layer instanceof BatchNormalization
              ? GradientNormalization.None
              : as.getGradientNormalization());
      own.setGradientNormalizationThreshold(as.getGradientNormalizationThreshold());
    } else if (layer instanceof AbstractSameDiffLayer own) {
      own.setUpdater(as.getIUpdater().clone());
      own.setBiasUpdater(as.getBiasUpdater() == null ? null : as.getBiasUpdater().clone());
      own.setRegularization(as.getRegularization());
      own.setRegularizationBias(as.getRegularizationBias());
      own.setGradientNormalization(as.getGradientNormalization());
      own.setGradientNormalizationThreshold(as.getGradientNormalizationThreshold());
    } else if (layer instanceof BaseWrapperLayer wrapper) {
      set(wrapper.getUnderlying(), as);
    } else if (layer instanceof Bidirectional both) {
      set(both.getFwd(), as);
      set(both.getBwd(), as);
    }
  }
}
