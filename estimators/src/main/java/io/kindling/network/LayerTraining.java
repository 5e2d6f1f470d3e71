/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.optimizers.DecoupledWeightDecay;
import java.util.List;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.learning.regularization.Regularization;

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

  /**
   * Adds adamw's decay, which DL4J takes for a penalty of all layers, to a layer with penalties of
   * its own, and to those of the layers in it.
   *
   * @param ofAll what a network's layers have that have no penalties of their own
   */
  static void keepDecay(Layer layer, List<Regularization> ofAll) {
    if (layer instanceof BaseLayer own && !own.getRegularization().isEmpty()) {
      ofAll.stream()
          .filter(DecoupledWeightDecay.class::isInstance)
          .forEach(own.getRegularization()::add);
    } else if (layer instanceof BaseWrapperLayer wrapper) {
      keepDecay(wrapper.getUnderlying(), ofAll);
    } else if (layer instanceof Bidirectional both) {
      keepDecay(both.getFwd(), ofAll);
      keepDecay(both.getBwd(), ofAll);
    }
  }
}
