/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.acceleration;

import io.kindling.data.KindlingException;
import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.misc.DummyConfig;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.FrozenVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;

/**
 * Ends the backward pass of a graph where nothing is left to train, and lets it go on where a
 * frozen layer has some to train before it.
 *
 * <p>Deeplearning4j 1.0.0-M2.1 stops at each frozen layer and tells none of what feeds it. Whatever
 * comes before it and is not frozen itself, an addition or pooling, is asked for its backward pass
 * all the same and fails for want of a gradient: no residual network can be frozen in part. In a
 * list of layers the pass ends at the last frozen one, and nothing fails.
 */
final class FrozenBranches {
  private final ComputationGraph graph;
  private final GraphVertex[] vertices;

  private FrozenBranches(ComputationGraph graph) {
    this.graph = graph;
    this.vertices = graph.getVertices();
  }

  /** Changes a graph with frozen layers, before its first minibatch; leaves others as they are. */
  static void install(ComputationGraph graph) {
    if (Arrays.stream(graph.getLayers()).anyMatch(FrozenLayer.class::isInstance)) {
      new FrozenBranches(graph).install();
    }
  }

  private void install() {
    boolean[] trains = new boolean[vertices.length];
    for (int index : graph.topologicalSortOrder()) {
      GraphVertex vertex = vertices[index];
      boolean before = trainsBefore(vertex, trains);
      Layer layer = vertex.getLayer();
      boolean frozen =
          layer instanceof FrozenLayer
              || layer instanceof FrozenLayerWithBackprop
              || vertex instanceof FrozenVertex;
      trains[index] = before || (!frozen && vertex.numParams() > 0);
      if (layer instanceof FrozenLayer stopping && before) {
        pass((LayerVertex) vertex, stopping);
      } else if (!trains[index] && !vertex.isInputVertex() && !(layer instanceof FrozenLayer)) {
        vertices[index] = new FrozenVertex(vertex);
      }
    }
  }

  private static boolean trainsBefore(GraphVertex vertex, boolean[] trains) {
    VertexIndices[] inputs = vertex.getInputVertices();
    return inputs != null
        && Arrays.stream(inputs).anyMatch(input -> trains[input.getVertexIndex()]);
  }

  private void pass(LayerVertex vertex, FrozenLayer stopping) {
    if (stopping.getInsideLayer() instanceof BatchNormalization) {
      throw new KindlingException(
          "Cannot train the network: its frozen layer %s is batch normalization behind layers that train, whose gradient Deeplearning4j does not know; freeze those too, or none"
              .formatted(vertex.getVertexName()));
    }
    Layer passing = new PassingFrozenLayer(stopping.getInsideLayer());
    vertex.setLayer(passing);
    Layer[] layers = graph.getLayers();
    for (int i = 0; i < layers.length; i++) {
      layers[i] = layers[i] == stopping ? passing : layers[i];
    }
  }

  /** Has no optimizer and no penalty, either, which Deeplearning4j's own goes on to apply. */
  private static final class PassingFrozenLayer extends FrozenLayerWithBackprop {
    private final transient TrainingConfig config;

    PassingFrozenLayer(Layer inside) {
      super(inside);
      this.config = new DummyConfig(inside.getConfig().getLayerName());
    }

    @Override
    public TrainingConfig getConfig() {
      return config;
    }
  }
}
