/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import java.util.LongSummaryStatistics;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * How many numbers a layer or vertex has, by its configuration.
 *
 * @param params its parameters
 * @param leastState the least of the optimizer's state for these; Deeplearning4j tells it for all
 *     of a layer's parameters together, though some of batch normalization's have none
 * @param mostState the most of it
 */
public record LayerSize(long params, long leastState, long mostState) {
  /** Arrays of state for each parameter of the optimizer with the most, AMSGrad. */
  private static final int MOST_ARRAYS = 3;

  static LayerSize of(NeuralNetConfiguration configuration) {
    Layer layer = configuration.getLayer();
    long params = layer.initializer().numParams(configuration);
    LongSummaryStatistics state = new LongSummaryStatistics();
    try {
      for (String name : layer.initializer().paramKeys(layer)) {
        state.accept(state(layer, name, params));
      }
    } catch (UnsupportedOperationException e) { // of wrappers that Deeplearning4j asks when built
      return unknownState(params);
    }
    return state.getCount() == 0
        ? new LayerSize(params, 0, 0)
        : new LayerSize(params, state.getMin(), state.getMax());
  }

  private static LayerSize unknownState(long params) {
    return new LayerSize(params, 0, MOST_ARRAYS * params);
  }

  /** A frozen layer has no optimizer. */
  private static long state(TrainingConfig layer, String param, long params) {
    IUpdater updater = layer.getUpdaterByParam(param);
    return updater == null ? 0 : updater.stateSize(params);
  }

  static LayerSize of(GraphVertex vertex) {
    if (vertex instanceof LayerVertex layer) {
      return of(layer.getLayerConf());
    }
    return unknownState(vertex.numParams(true));
  }

  /** All layers' numbers together. */
  static LayerSize of(NetworkConfiguration configuration) {
    long params = 0;
    long least = 0;
    long most = 0;
    for (LayerSize layer : configuration.layerSizes()) {
      if (layer.params < 0 || layer.mostState < 0) {
        throw new KindlingException("its configuration has a layer of more parameters than can be");
      }
      params = Math.addExact(params, layer.params);
      least = Math.addExact(least, layer.leastState);
      most = Math.addExact(most, layer.mostState);
    }
    return new LayerSize(params, least, most);
  }
}
