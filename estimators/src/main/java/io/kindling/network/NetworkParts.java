/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.data.KindlingException;
import io.kindling.model.NetworkConfiguration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;

/** The layers and vertices of a DL4J configuration, taken apart to be put together otherwise. */
final class NetworkParts {
  /** What a list is made of again; null where it can be none any more. */
  private MultiLayerConfiguration list;

  /** What a graph is made of again; null where it was none. */
  private ComputationGraphConfiguration graph;

  private final Map<String, GraphVertex> vertices = new LinkedHashMap<>();
  private final Map<String, List<String>> inputs = new LinkedHashMap<>();
  private final String input;
  private String output;

  private NetworkParts(String input) {
    this.input = input;
  }

  /** Those of a configuration of either kind, which is not changed. */
  static NetworkParts of(NetworkConfiguration configuration) {
    String json = configuration.toJson();
    return configuration.isGraph()
        ? of(ComputationGraphConfiguration.fromJson(json))
        : of(MultiLayerConfiguration.fromJson(json));
  }

  private static NetworkParts of(ComputationGraphConfiguration graph) {
    NetworkParts parts = new NetworkParts(graph.getNetworkInputs().get(0));
    parts.graph = graph;
    parts.vertices.putAll(graph.getVertices());
    parts.inputs.putAll(graph.getVertexInputs());
    parts.output = graph.getNetworkOutputs().get(0);
    return parts;
  }

  private static NetworkParts of(MultiLayerConfiguration list) {
    NetworkParts parts = new NetworkParts(NetworkPlan.INPUT);
    parts.list = list;
    String before = parts.input;
    for (int i = 0; i < list.getConfs().size(); i++) {
      NeuralNetConfiguration conf = list.getConf(i);
      Layer layer = conf.getLayer();
      String name = name(layer, i);
      layer.setLayerName(name);
      if (parts.vertices.containsKey(name)) {
        throw new KindlingException(
            "Cannot use the network: two of its layers have the name '%s'".formatted(name));
      }
      parts.vertices.put(name, new LayerVertex(conf, list.getInputPreProcess(i)));
      parts.inputs.put(name, List.of(before));
      before = name;
    }
    parts.output = before;
    return parts;
  }

  /**
   * The name of a list's layer.
   *
   * @param index from 0, its name where it has no other
   */
  static String name(Layer layer, int index) {
    return layer.getLayerName() == null ? Integer.toString(index) : layer.getLayerName();
  }

  /** The vertex that gives the network's output. */
  String output() {
    return output;
  }

  Set<String> names() {
    return new LinkedHashSet<>(vertices.keySet());
  }

  List<String> inputs(String name) {
    return inputs.get(name);
  }

  /** The layers among them; changing one changes this. */
  Map<String, LayerVertex> layers() {
    Map<String, LayerVertex> layers = new LinkedHashMap<>();
    vertices.forEach(
        (name, vertex) -> {
          if (vertex instanceof LayerVertex layer) {
            layers.put(name, layer);
          }
        });
    return layers;
  }

  /** Makes all that is frozen as it is otherwise. */
  void unfreeze() {
    vertices.replaceAll(
        (name, vertex) -> vertex instanceof FrozenVertex frozen ? frozen.getUnderlying() : vertex);
    for (Map.Entry<String, LayerVertex> entry : layers().entrySet()) {
      NeuralNetConfiguration conf = entry.getValue().getLayerConf();
      Layer layer = conf.getLayer();
      if (layer instanceof FrozenLayer frozen) {
        layer = frozen.getLayer();
      } else if (layer instanceof FrozenLayerWithBackprop frozen) {
        layer = frozen.getUnderlying();
      }
      layer.setLayerName(entry.getKey());
      conf.setLayer(layer);
    }
  }

  /** A vertex and all that it depends on. */
  Set<String> upTo(String last) {
    Set<String> found = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(last));
    while (!open.isEmpty()) {
      String name = open.pop();
      if (vertices.containsKey(name) && found.add(name)) {
        open.addAll(inputs.get(name));
      }
    }
    return found;
  }

  /** Removes all that a vertex does not depend on; it gives the output. */
  void keepUpTo(String last) {
    Set<String> kept = upTo(last);
    vertices.keySet().retainAll(kept);
    inputs.keySet().retainAll(kept);
    output = last;
  }

  /**
   * Puts other parts behind these.
   *
   * @param last where their input comes from
   * @param others of names that are not taken, but perhaps for their output
   */
  void append(String last, NetworkParts others) {
    Map<String, String> renamed = new HashMap<>(Map.of(others.input, last));
    for (String name : others.vertices.keySet()) {
      String free = name;
      for (int i = 2; vertices.containsKey(free); i++) {
        free = name + "-" + i;
      }
      renamed.put(name, free);
    }
    others.vertices.forEach(
        (name, vertex) -> {
          GraphVertex placed =
              vertex instanceof ReverseTimeSeriesVertex
                  ? new ReverseTimeSeriesVertex(input)
                  : vertex;
          if (placed instanceof LayerVertex layer) {
            layer.getLayerConf().getLayer().setLayerName(renamed.get(name));
          }
          vertices.put(renamed.get(name), placed);
          inputs.put(
              renamed.get(name), others.inputs.get(name).stream().map(renamed::get).toList());
        });
    output = renamed.get(others.output);
    if (list != null && others.list == null) {
      list = null;
      graph = others.graph;
    }
  }

  /** All of them as one configuration, a list where all of them were of lists. */
  NetworkConfiguration configuration() {
    return list == null ? asGraph() : asList();
  }

  private NetworkConfiguration asList() {
    List<NeuralNetConfiguration> confs = new ArrayList<>();
    Map<Integer, InputPreProcessor> preProcessors = new HashMap<>();
    for (LayerVertex layer : layers().values()) {
      if (layer.getPreProcessor() != null) {
        preProcessors.put(confs.size(), layer.getPreProcessor());
      }
      confs.add(layer.getLayerConf());
    }
    list.setConfs(confs);
    list.setInputPreProcessors(preProcessors);
    list.setIterationCount(0);
    list.setEpochCount(0);
    return NetworkConfiguration.parse(list.toJson());
  }

  private NetworkConfiguration asGraph() {
    graph.setVertices(new LinkedHashMap<>(vertices));
    graph.setVertexInputs(new LinkedHashMap<>(inputs));
    graph.setNetworkInputs(new ArrayList<>(List.of(input)));
    graph.setNetworkOutputs(new ArrayList<>(List.of(output)));
    // Of the network before; worked out anew.
    graph.setTopologicalOrder(null);
    graph.setTopologicalOrderStr(null);
    graph.setIterationCount(0);
    graph.setEpochCount(0);
    return NetworkConfiguration.parse(graph.toJson());
  }
}
