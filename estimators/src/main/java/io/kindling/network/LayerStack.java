/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.model.NetworkConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;

/**
 * DL4J layers from the input on, some of them side by side: a list where none are, else a graph.
 */
final class LayerStack {
  private static final String INPUT = "input";

  private final List<Storey> storeys = new ArrayList<>();

  /**
   * Layers that all take what the storey below gives.
   *
   * @param name for vertices of a graph
   * @param layers one, or several side by side
   * @param turned whether the second reads sequences from their end
   * @param merge makes one of what several give; null for one
   */
  private record Storey(String name, List<Layer> layers, boolean turned, GraphVertex merge) {}

  void add(String name, Layer layer) {
    storeys.add(new Storey(name, List.of(layer), false, null));
  }

  void addSideBySide(String name, List<Layer> layers, GraphVertex merge) {
    storeys.add(new Storey(name, layers, false, merge));
  }

  /** Two layers, of which the second reads sequences from their end. */
  void addBothWays(String name, Layer forward, Layer backward, GraphVertex merge) {
    storeys.add(new Storey(name, List.of(forward, backward), true, merge));
  }

  /** Replaces the topmost layer, which must be one alone. */
  void replaceTop(Layer layer) {
    String name = storeys.remove(storeys.size() - 1).name();
    add(name, layer);
  }

  /** The topmost layer, or null where several are side by side. */
  Layer top() {
    List<Layer> layers = storeys.get(storeys.size() - 1).layers();
    return layers.size() == 1 ? layers.get(0) : null;
  }

  boolean isList() {
    return storeys.stream().allMatch(storey -> storey.layers().size() == 1);
  }

  MultiLayerConfiguration list(NeuralNetConfiguration.Builder settings, InputType input) {
    NeuralNetConfiguration.ListBuilder list = settings.list();
    for (int i = 0; i < storeys.size(); i++) {
      list.layer(storeys.get(i).layers().get(0));
      if (isBehindPooling(i, input)) {
        list.inputPreProcessor(i, new RnnToFeedForwardPreProcessor());
      }
    }
    list.setInputType(input);
    return list.build();
  }

  NetworkConfiguration configuration(NeuralNetConfiguration.Builder settings, InputType input) {
    if (isList()) {
      return NetworkConfiguration.of(list(settings, input));
    }
    GraphBuilder graph = settings.graphBuilder().addInputs(INPUT).setInputTypes(input);
    String below = INPUT;
    for (int i = 0; i < storeys.size(); i++) {
      Storey storey = storeys.get(i);
      below = add(graph, storey, below);
      if (isBehindPooling(i, input)) {
        graph.inputPreProcessor(storey.name(), new RnnToFeedForwardPreProcessor());
      }
    }
    return NetworkConfiguration.of(graph.setOutputs(below).build());
  }

  /**
   * Whether a layer takes what pooling over steps gives: rows, which 1.0.0-M2.1 goes on to describe
   * as sequences, until a dense layer comes and says otherwise. Dropout and batch normalization
   * before that cannot be trained.
   */
  private boolean isBehindPooling(int storey, InputType input) {
    return input.getType() == InputType.Type.RNN
        && storey > 0
        && storeys.get(storey - 1).layers().get(0) instanceof GlobalPoolingLayer;
  }

  private static String add(GraphBuilder graph, Storey storey, String below) {
    if (storey.merge() == null) {
      graph.addLayer(storey.name(), storey.layers().get(0), below);
      return storey.name();
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < storey.layers().size(); i++) {
      String source = below;
      if (storey.turned() && i == 1) {
        source = storey.name() + "-turned";
        graph.addVertex(source, new ReverseTimeSeriesVertex(INPUT), below);
      }
      String name = String.format(Locale.ROOT, "%s-%d", storey.name(), i + 1);
      graph.addLayer(name, storey.layers().get(i), source);
      names.add(name);
    }
    graph.addVertex(storey.name(), storey.merge(), names.toArray(String[]::new));
    return storey.name();
  }
}
