/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import io.kindling.masks.ExactMasks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;

/** A network that is a graph of layers and other vertices, with one input and one output. */
record GraphConfiguration(ComputationGraphConfiguration configuration)
    implements NetworkConfiguration {
  GraphConfiguration {
    checkOne("input", configuration.getNetworkInputs());
    checkOne("output", configuration.getNetworkOutputs());
  }

  private static void checkOne(String what, List<String> found) {
    if (found == null || found.size() != 1) {
      throw new KindlingException(
          "Cannot use the network: it has %d %ss%s; it must have one"
              .formatted(
                  found == null ? 0 : found.size(),
                  what,
                  found == null || found.isEmpty() ? "" : " (" + String.join(", ", found) + ")"));
    }
  }

  @Override
  public String toJson() {
    return configuration.toJson();
  }

  @Override
  public boolean isGraph() {
    return true;
  }

  @Override
  public List<Layer> layers() {
    List<Layer> layers = new ArrayList<>();
    for (GraphVertex vertex : configuration.getVertices().values()) {
      if (vertex instanceof LayerVertex layer) {
        layers.add(layer.getLayerConf().getLayer());
      }
    }
    return List.copyOf(layers);
  }

  @Override
  public void setSeed(long seed) {
    configuration.getDefaultConfiguration().setSeed(seed);
    for (GraphVertex vertex : configuration.getVertices().values()) {
      if (vertex instanceof LayerVertex layer) {
        layer.getLayerConf().setSeed(seed);
      }
    }
  }

  @Override
  public List<InputLayer> inputLayers() {
    List<InputLayer> found = new ArrayList<>();
    addConsumers(configuration.getNetworkInputs().get(0), null, found);
    return List.copyOf(found);
  }

  /** The layers that take a vertex's output as it is, or through vertices that keep its shape. */
  private void addConsumers(String source, InputPreProcessor before, List<InputLayer> found) {
    for (Map.Entry<String, List<String>> entry : configuration.getVertexInputs().entrySet()) {
      if (!entry.getValue().contains(source)) {
        continue;
      }
      GraphVertex vertex = configuration.getVertices().get(entry.getKey());
      if (vertex instanceof LayerVertex layer) {
        found.add(
            new InputLayer(
                entry.getKey(),
                layer.getLayerConf().getLayer(),
                before == null ? layer.getPreProcessor() : before));
      } else if (vertex instanceof PreprocessorVertex shaping) {
        addConsumers(entry.getKey(), before == null ? shaping.getPreProcessor() : before, found);
      } else if (vertex instanceof ScaleVertex
          || vertex instanceof ShiftVertex
          || vertex instanceof L2NormalizeVertex) {
        addConsumers(entry.getKey(), before, found);
      }
    }
  }

  @Override
  public Layer lastLayer() {
    String name = configuration.getNetworkOutputs().get(0);
    GraphVertex vertex = configuration.getVertices().get(name);
    if (vertex instanceof LayerVertex layer) {
      return layer.getLayerConf().getLayer();
    }
    throw new KindlingException(
        "Cannot use the network: its output %s is a %s, it must be an OutputLayer"
            .formatted(name, vertex.getClass().getSimpleName()));
  }

  @Override
  public NetworkConfiguration withoutActivation() {
    GraphConfiguration logits = new GraphConfiguration(configuration.clone());
    OutputLayers.removeActivation(logits);
    logits.configuration.setValidateOutputLayerConfig(false);
    return logits;
  }

  @Override
  public NetworkConfiguration differentiable() {
    // Read anew: what is within wrappers is shared by clones.
    ComputationGraphConfiguration copy =
        ComputationGraphConfiguration.fromJson(withoutActivation().toJson());
    for (GraphVertex vertex : copy.getVertices().values()) {
      if (vertex instanceof LayerVertex layer) {
        NeuralNetConfiguration conf = layer.getLayerConf();
        conf.setLayer(Differentiable.of(conf.getLayer()));
      }
    }
    copy.setBackpropType(BackpropType.Standard);
    copy.setTrainingWorkspaceMode(WorkspaceMode.ENABLED);
    copy.setInferenceWorkspaceMode(WorkspaceMode.ENABLED);
    copy.setValidateOutputLayerConfig(false);
    return new GraphConfiguration(copy);
  }

  @Override
  public Network build() {
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    ExactMasks.install(graph);
    return new GraphNetwork(graph);
  }

  @Override
  public Network build(float[] params) {
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init(Nd4j.create(params).reshape(1, params.length), false);
    ExactMasks.install(graph);
    return new GraphNetwork(graph);
  }

  @Override
  public List<LayerSize> layerSizes() {
    return configuration.getVertices().values().stream().map(LayerSize::of).toList();
  }

  @Override
  public Map<String, Long> layerParams() {
    Map<String, Long> params = new LinkedHashMap<>();
    configuration
        .getVertices()
        .forEach((name, vertex) -> params.put(name, LayerSize.of(vertex).params()));
    return params;
  }
}
