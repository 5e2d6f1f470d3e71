/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.data.KindlingException;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;

/**
 * A limit on the gradient of a minibatch's loss, before the optimizer uses it and before penalties
 * are added (Pascanu, Mikolov and Bengio 2013). Batch normalization layers are left out: DL4J keeps
 * their running mean and variance by what it calls their gradients.
 *
 * @param norm the L2 norm that each parameter's gradient (a layer's weights, a layer's biases) is
 *     scaled down to where it is larger; NaN for none
 * @param value the largest absolute value of each element; NaN for none
 */
public record GradientClipping(double norm, double value) {
  /** No limit. */
  public static final GradientClipping NONE = new GradientClipping(Double.NaN, Double.NaN);

  /**
   * @throws KindlingException if both are given, or one is not above 0
   */
  public GradientClipping {
    if (!Double.isNaN(norm) && !Double.isNaN(value)) {
      throw new KindlingException(
          "Cannot clip gradients both by norm (%s) and by value (%s): set one of training.clip-norm and training.clip-value"
              .formatted(norm, value));
    }
    if (norm <= 0 || value <= 0) {
      throw new KindlingException(
          "Cannot clip gradients to %s: it must be above 0".formatted(norm <= 0 ? norm : value));
    }
  }

  void setOn(NeuralNetConfiguration.Builder builder) {
    if (!Double.isNaN(norm)) {
      builder
          .gradientNormalization(GradientNormalization.ClipL2PerParamType)
          .gradientNormalizationThreshold(norm);
    } else if (!Double.isNaN(value)) {
      builder
          .gradientNormalization(GradientNormalization.ClipElementWiseAbsoluteValue)
          .gradientNormalizationThreshold(value);
    }
  }
}
