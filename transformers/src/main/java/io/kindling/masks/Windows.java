/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.masks;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The windows that a convolution or a pooling moves over the steps of a sequence, and which of them
 * belong to a sequence of a given length whatever it is padded to: those that it has when it is
 * alone. A sequence shorter than one window has one, for it counts as continued with zeros.
 */
final class Windows {
  private final int span;
  private final int stride;
  private final int padding;
  private final ConvolutionMode mode;

  Windows(int kernel, int dilation, int stride, int padding, ConvolutionMode mode) {
    this.span = dilation * (kernel - 1) + 1;
    this.stride = stride;
    this.padding = padding;
    this.mode = mode;
  }

  /** The fewest steps that the layer takes at all. */
  int minimum() {
    return switch (mode) {
      case Same, Causal -> 1;
      case Strict, Truncate -> Math.max(1, span - 2 * padding);
    };
  }

  /** How many windows a sequence of so many steps has. */
  int count(int steps) {
    return switch (mode) {
      case Same, Causal -> (steps + stride - 1) / stride;
      case Strict, Truncate -> (Math.max(steps, minimum()) + 2 * padding - span) / stride + 1;
    };
  }

  /**
   * The mask of the windows.
   *
   * @param mask of the steps, {@code [batch, steps]}, ones before zeros
   */
  INDArray reduce(INDArray mask) {
    int[] lengths = Lengths.of(mask);
    float[][] reduced = new float[lengths.length][count(Math.toIntExact(mask.size(1)))];
    for (int row = 0; row < lengths.length; row++) {
      Arrays.fill(reduced[row], 0, count(lengths[row]), 1);
    }
    return Workspaces.outside(() -> Nd4j.createFromArray(reduced));
  }
}
