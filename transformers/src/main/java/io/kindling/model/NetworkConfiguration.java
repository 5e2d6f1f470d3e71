/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.data.KindlingException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
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
   * @throws KindlingException if it is neither, or a graph of more than one input or output
   */
  static NetworkConfiguration parse(String json) {
    JsonNode tree;
    try {
      tree = new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new KindlingException(
          "Cannot build the network: the configuration is no JSON: " + e.getOriginalMessage(), e);
    }
    if (tree.has("vertices")) {
      ComputationGraphConfiguration graph;
      try {
        graph = ComputationGraphConfiguration.fromJson(json);
      } catch (RuntimeException e) { // DL4J wraps what its JSON library throws
        throw new KindlingException(
            "Cannot build the network: the JSON is no DL4J ComputationGraphConfiguration", e);
      }
      return of(graph);
    }
    if (tree.has("confs")) {
      try {
        return of(MultiLayerConfiguration.fromJson(json));
      } catch (RuntimeException e) {
        throw new KindlingException(
            "Cannot build the network: the JSON is no DL4J MultiLayerConfiguration", e);
      }
    }
    throw new KindlingException(
        "Cannot build the network: the JSON is no DL4J configuration: it has neither 'confs', as a"
            + " MultiLayerConfiguration, nor 'vertices', as a ComputationGraphConfiguration");
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
   * A network of this kind with parameters, optimizer state and position as saved.
   *
   * @param zip in DL4J's own format; trusted to hold nothing but a network
   */
  Network restore(InputStream zip) throws IOException;
}
