/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;

/**
 * How many steps are left of a sequence of any number of them: {@code (steps + added) / divisor},
 * rounded down. Any windows behind one another come to that, so that two counts are equal if and
 * only if they are so for each sequence.
 *
 * @param added to the steps of the network's input; below zero where windows take steps away
 * @param divisor all strides' product
 */
record StepCount(long added, long divisor) {
  /** As many as the input has. */
  static final StepCount ALL = new StepCount(0, 1);

  /** Those behind a layer that takes these. */
  StepCount behind(Layer layer) {
    if (layer instanceof Convolution1DLayer convolution) {
      long stride = convolution.getStride()[0];
      long reach = (convolution.getKernelSize()[0] - 1L) * convolution.getDilation()[0] + 1;
      return windows(
          convolution.getConvolutionMode() == ConvolutionMode.Truncate ? reach : 1, stride);
    }
    return layer instanceof Subsampling1DLayer pooling
        ? windows(pooling.getKernelSize()[0], pooling.getStride()[0])
        : this;
  }

  /** How often a window fits into these steps. */
  private StepCount windows(long reach, long stride) {
    return new StepCount(added + (stride - reach) * divisor, divisor * stride);
  }

  /** What is said of it in a message: {@code any}, {@code any - 2}, {@code (any - 1) / 2}. */
  @Override
  public String toString() {
    String sum = added == 0 ? "any" : "any %s %d".formatted(added < 0 ? "-" : "+", Math.abs(added));
    if (divisor == 1) {
      return sum;
    }
    return "%s / %d".formatted(added == 0 ? sum : "(" + sum + ")", divisor);
  }
}
