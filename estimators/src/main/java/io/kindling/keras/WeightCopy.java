/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import io.kindling.data.KindlingException;
import io.kindling.input.HostArrays;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Puts weights into the places that Deeplearning4j has for them: each layer's table of parameters
 * shows parts of the flat vector by name and shape, in whichever order they lie there.
 *
 * @param path of the file, for messages
 */
record WeightCopy(String path, KerasNetwork source) {
  /** What a parameter is that Keras leaves out. */
  private static final Map<String, Double> LEFT_OUT =
      Map.of("b", 0.0, "fb", 0.0, "bb", 0.0, "gamma", 1.0, "beta", 0.0);

  /** The flat parameters of a network built of the source's layers. */
  float[] params(NetworkConfiguration configuration) {
    try (Network network = configuration.build()) {
      Map<String, Layer> layers = layers(network);
      source
          .weights()
          .forEach(
              (name, imported) -> {
                if (layers.containsKey(name)) {
                  fill(name, layers.remove(name), together(imported));
                } else if (imported.backward() != null) {
                  fill(name, layers.remove(name + "-forward"), imported.weights());
                  fill(name, layers.remove(name + "-backward"), imported.backward());
                }
              });
      layers.forEach((name, layer) -> fill(name, layer, Map.of()));
      return HostArrays.floats(network.params());
    }
  }

  private static Map<String, Layer> layers(Network network) {
    Map<String, Layer> layers = new HashMap<>();
    if (network.model() instanceof ComputationGraph graph) {
      for (Layer layer : graph.getLayers()) {
        String name = layer.conf().getLayer().getLayerName();
        layers.put(name, graph.getLayer(name));
      }
    } else {
      MultiLayerNetwork list = (MultiLayerNetwork) network.model();
      for (int i = 0; i < list.getnLayers(); i++) {
        layers.put(
            list.getLayerWiseConfigurations().getConf(i).getLayer().getLayerName(),
            list.getLayer(i));
      }
    }
    return layers;
  }

  /** Both directions in one layer have the names of their parameters with f and b before. */
  private static Map<String, float[]> together(Imported imported) {
    if (imported.backward() == null) {
      return imported.weights();
    }
    Map<String, float[]> both = new TreeMap<>();
    imported.weights().forEach((key, values) -> both.put("f" + key, values));
    imported.backward().forEach((key, values) -> both.put("b" + key, values));
    return both;
  }

  private void fill(String name, Layer layer, Map<String, float[]> weights) {
    Set<String> left = new HashSet<>(weights.keySet());
    layer
        .paramTable()
        .forEach(
            (key, view) -> {
              // A logarithm of the standard deviation may stand for the variance.
              boolean logarithm = key.equals("log10stdev");
              String wanted = logarithm ? "var" : key;
              left.remove(wanted);
              float[] values = weights.get(wanted);
              if (values == null && LEFT_OUT.containsKey(key)) {
                view.assign(LEFT_OUT.get(key));
              } else if (values == null || values.length != view.length()) {
                throw misfit(name, key, values, view);
              } else {
                view.assign(
                    Nd4j.create(logarithm ? logarithms(values) : values)
                        .reshape('c', view.shape()));
              }
            });
    if (!left.isEmpty()) {
      throw misfit(name, left.toString(), null, null);
    }
  }

  private static float[] logarithms(float[] variances) {
    float[] logarithms = new float[variances.length];
    for (int i = 0; i < logarithms.length; i++) {
      logarithms[i] = (float) (0.5 * Math.log10(variances[i]));
    }
    return logarithms;
  }

  private KindlingException misfit(String layer, String key, float[] values, INDArray view) {
    return new KindlingException(
        "Cannot import the Keras model %s: the weights %s of layer %s do not fit the network's (%s values in the file, %s here)"
            .formatted(
                path,
                key,
                layer,
                values == null ? "no" : values.length,
                view == null ? "none" : view.length()));
  }
}
