/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.masks;

import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a layer of windows over steps does with padding on both ways: what it takes is zero there,
 * and so are the gradients that it is given and gives.
 */
final class WindowedSteps {
  private final Windows windows;
  private INDArray mask;
  private long steps;

  WindowedSteps(Windows windows) {
    this.windows = windows;
  }

  /** The layer's own way back. */
  @FunctionalInterface
  interface WayBack {
    Pair<Gradient, INDArray> from(INDArray epsilon, LayerWorkspaceMgr workspaces);
  }

  /** What the layer shall take for {@code values}. */
  INDArray input(INDArray values) {
    steps = values.size(2);
    return MaskedSteps.input(values, mask, windows.minimum());
  }

  /**
   * The way back of the layer with {@code epsilon}, or where there is padding with a copy of it.
   */
  Pair<Gradient, INDArray> backprop(INDArray epsilon, LayerWorkspaceMgr workspaces, WayBack layer) {
    INDArray masked = epsilon;
    if (mask != null) {
      masked = workspaces.dup(ArrayType.BP_WORKING_MEM, epsilon, 'c');
      MaskedSteps.zeroPadding(masked, windows.reduce(mask));
    }
    Pair<Gradient, INDArray> gradients = layer.from(masked, workspaces);
    INDArray below = gradients.getSecond();
    if (below.size(2) > steps) {
      below = workspaces.dup(ArrayType.ACTIVATION_GRAD, MaskedSteps.first(below, steps), 'c');
    }
    if (mask != null) {
      MaskedSteps.zeroPadding(below, mask);
    }
    return new Pair<>(gradients.getFirst(), below);
  }

  /**
   * The mask of what the layer gives where {@code given} is that of what it takes; null for none.
   */
  INDArray reduce(INDArray given) {
    mask = given;
    return given == null ? null : windows.reduce(given);
  }

  INDArray mask() {
    return mask;
  }

  void setMask(INDArray given) {
    mask = given;
  }
}
