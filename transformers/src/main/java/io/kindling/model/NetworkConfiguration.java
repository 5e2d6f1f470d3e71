/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import io.kindling.input.InputSpec;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;

/**
 * A DL4J configuration of either kind, {@code MultiLayerConfiguration} or {@code
 * ComputationGraphConfiguration}, so that what uses it need not tell the two apart.
 */
public interface NetworkConfiguration {
  /**
   * A layer that the network's input reaches first.
   *
   * @param name for messages
   * @param layer a frozen one as it is without that
   * @param preProcessor what shapes the input for it; null for none
   */
  record InputLayer(String name, Layer layer, InputPreProcessor preProcessor) {
    public InputLayer {
      if (layer instanceof FrozenLayer frozen) {
        layer = frozen.getLayer();
      } else if (layer instanceof FrozenLayerWithBackprop frozen) {
        layer = frozen.getUnderlying();
      }
    }

    /** Why it cannot take what examples are; null where it can, or where that cannot be told. */
    public String misfit(InputSpec input) {
      if (!(layer instanceof FeedForwardLayer first) || preProcessor != null) {
        return null;
      }
      long wanted =
          first instanceof EmbeddingSequenceLayer
              ? input.vocabulary()
              : input.flat() || input.isSequence() ? input.values() : input.channels();
      return first.getNIn() == wanted
          ? null
          : "the network's first layer takes %d inputs, but the data has %s"
              .formatted(first.getNIn(), input);
    }
  }

  /** Wraps a list of layers. */
  static NetworkConfiguration of(MultiLayerConfiguration configuration) {
    return new LayeredConfiguration(configuration);
  }

  /**
   * Wraps a graph.
   *
   * @throws KindlingException if it has more than one input or output
   */
  static NetworkConfiguration of(ComputationGraphConfiguration configuration) {
    return new GraphConfiguration(configuration);
  }

  /**
   * What the JSON of either kind says.
   *
   * @throws KindlingException if it is neither, a graph of more than one input or output, or has
   *     classes other than those that networks are made of: of a layer of one's own, say
   */
  static NetworkConfiguration parse(String json) {
    return ConfigurationParser.parse(json);
  }

  /** As DL4J's JSON. */
  String toJson();

  /** Whether it is a graph, and not a list. */
  boolean isGraph();

  /** The layers' configurations; changing one changes this. */
  List<Layer> layers();

  /** Sets the seed that {@link #build()} draws parameters from. */
  void setSeed(long seed);

  /** The layers that the input reaches first: one of a list, one or more of a graph. */
  List<InputLayer> inputLayers();

  /**
   * The layer whose output is the network's.
   *
   * @throws KindlingException if a graph ends in a vertex that is none
   */
  Layer lastLayer();

  /** The same network for scoring only: with an output layer without softmax or sigmoid. */
  NetworkConfiguration withoutActivation();

  /**
   * The same network for {@link Network#inputGradient}: without activation of the output layer,
   * dropout, noise and frozen layers. Batch normalization still measures the minibatch there.
   * Parameters are the same in the same order.
   *
   * @throws KindlingException if the last layer is no plain output layer
   */
  NetworkConfiguration differentiable();

  /** A network with the random parameters that the configuration's seed gives. */
  Network build();

  /**
   * A network with given parameters.
   *
   * @param params flat, in the order of DL4J's {@code params()}
   */
  Network build(float[] params);

  /**
   * How many parameters the network has, layer by layer in the order of DL4J's {@code params()};
   * nothing is allocated for the answer.
   */
  List<LayerSize> layerSizes();

  /** The number of parameters of each layer and vertex, by name, in the order of its definition. */
  Map<String, Long> layerParams();
}
