/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.masks.ExactMasks;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.factory.Nd4j;

/** A network that is a list of layers. */
record LayeredConfiguration(MultiLayerConfiguration configuration) implements NetworkConfiguration {
  /**
   * The name of a list's layer.
   *
   * @param index from 0, its name where it has no other
   */
  static String name(Layer layer, int index) {
    return layer.getLayerName() == null ? Integer.toString(index) : layer.getLayerName();
  }

  @Override
  public String toJson() {
    return configuration.toJson();
  }

  @Override
  public boolean isGraph() {
    return false;
  }

  @Override
  public List<Layer> layers() {
    return configuration.getConfs().stream().map(NeuralNetConfiguration::getLayer).toList();
  }

  @Override
  public void setSeed(long seed) {
    configuration.getConfs().forEach(layer -> layer.setSeed(seed));
  }

  @Override
  public List<InputLayer> inputLayers() {
    return List.of(
        new InputLayer(
            "0", configuration.getConf(0).getLayer(), configuration.getInputPreProcess(0)));
  }

  @Override
  public Layer lastLayer() {
    return configuration.getConf(configuration.getConfs().size() - 1).getLayer();
  }

  @Override
  public NetworkConfiguration withoutActivation() {
    LayeredConfiguration logits = new LayeredConfiguration(configuration.clone());
    OutputLayers.removeActivation(logits);
    logits.configuration.setValidateOutputLayerConfig(false);
    return logits;
  }

  @Override
  public NetworkConfiguration differentiable() {
    // Read anew: what is within wrappers is shared by clones.
    MultiLayerConfiguration copy = MultiLayerConfiguration.fromJson(withoutActivation().toJson());
    copy.getConfs().forEach(layer -> layer.setLayer(Differentiable.of(layer.getLayer())));
    copy.setBackpropType(BackpropType.Standard);
    copy.setTrainingWorkspaceMode(WorkspaceMode.ENABLED);
    copy.setInferenceWorkspaceMode(WorkspaceMode.ENABLED);
    copy.setValidateOutputLayerConfig(false);
    return new LayeredConfiguration(copy);
  }

  @Override
  public Network build() {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    ExactMasks.install(network);
    return new LayeredNetwork(network);
  }

  @Override
  public Network build(float[] params) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init(Nd4j.create(params).reshape(1, params.length), false);
    ExactMasks.install(network);
    return new LayeredNetwork(network);
  }

  @Override
  public List<LayerSize> layerSizes() {
    return configuration.getConfs().stream().map(LayerSize::of).toList();
  }

  @Override
  public Map<String, Long> layerParams() {
    Map<String, Long> params = new LinkedHashMap<>();
    List<LayerSize> sizes = layerSizes();
    for (int i = 0; i < sizes.size(); i++) {
      params.put(name(layers().get(i), i), sizes.get(i).params());
    }
    return params;
  }
}
