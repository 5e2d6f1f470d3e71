/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Some of a network's parameters, which follow one another.
 *
 * @param from the first, from 0
 * @param to the end, behind the last
 */
public record ParamSpan(int from, int to) implements Serializable {
  /** Collects the spans of frozen layers, which no training step changes. */
  static final class Frozen {
    private final List<ParamSpan> spans = new ArrayList<>();
    private long end;

    /** The next parameters in the network's order; those of no layer are never frozen. */
    void add(Layer layer, long params) {
      long from = end;
      end += params;
      if (params == 0 || layer == null || !isFrozen(layer)) {
        return;
      }
      int last = spans.size() - 1;
      if (last >= 0 && spans.get(last).to == from) {
        spans.set(last, new ParamSpan(spans.get(last).from, Math.toIntExact(end)));
      } else {
        spans.add(new ParamSpan(Math.toIntExact(from), Math.toIntExact(end)));
      }
    }

    List<ParamSpan> spans() {
      return List.copyOf(spans);
    }
  }

  /**
   * Whether training leaves a layer's parameters as they are. Deeplearning4j 1.0.0-M2.1 goes on to
   * shrink those of a {@code FrozenLayerWithBackprop} that has penalties on its weights.
   */
  private static boolean isFrozen(Layer layer) {
    if (layer instanceof FrozenLayer) {
      return true;
    }
    if (layer instanceof FrozenLayerWithBackprop) {
      for (String param : layer.paramTable().keySet()) {
        List<Regularization> penalties = layer.getConfig().getRegularizationByParam(param);
        if (penalties != null && !penalties.isEmpty()) {
          return false;
        }
      }
      return true;
    }
    return false;
  }
}
