/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.acceleration;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.ElementWiseVertex;
import org.deeplearning4j.nn.graph.vertex.impl.MergeVertex;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;

/**
 * Which layers of a graph have arrays that are no longer what they were once the forward pass is
 * through.
 *
 * <p>Dropout sets values of its input to zero in the array itself, where nothing else uses the
 * array afterwards. In a list of layers no gradient comes back for such a value. In a graph one
 * does where another branch took the value before.
 */
final class SharedActivations {
  private final GraphVertex[] vertices;

  SharedActivations(ComputationGraph graph) {
    this.vertices = graph.getVertices();
  }

  /**
   * The layers that give an array which goes more than one way, with dropout on one of them, and
   * those that take it.
   */
  Set<Layer> droppedInPart() {
    // By identity: DL4J's layers are equal where their parameters are.
    Set<Layer> found = Collections.newSetFromMap(new IdentityHashMap<>());
    for (GraphVertex vertex : vertices) {
      List<GraphVertex> users = new ArrayList<>();
      boolean branches = addUsers(vertex, users);
      if (branches && users.stream().anyMatch(SharedActivations::drops)) {
        users.add(vertex);
        users.stream().filter(GraphVertex::hasLayer).map(GraphVertex::getLayer).forEach(found::add);
      }
    }
    return found;
  }

  /** All that may work on the very array that a vertex gives; returns whether they are branches. */
  private boolean addUsers(GraphVertex vertex, List<GraphVertex> users) {
    VertexIndices[] outputs = vertex.getOutputVertices();
    if (outputs == null) {
      return false;
    }
    boolean branches = outputs.length > 1;
    for (VertexIndices output : outputs) {
      GraphVertex user = vertices[output.getVertexIndex()];
      users.add(user);
      if (!givesNewArray(user)) {
        branches |= addUsers(user, users);
      }
    }
    return branches;
  }

  private static boolean drops(GraphVertex vertex) {
    return vertex.hasLayer() && vertex.getLayer().conf().getLayer().getIDropout() != null;
  }

  private static boolean givesNewArray(GraphVertex vertex) {
    if (vertex.hasLayer()) {
      return vertex.getLayer().numParams() > 0 || vertex.getLayer() instanceof SubsamplingLayer;
    }
    return (vertex instanceof ElementWiseVertex || vertex instanceof MergeVertex)
        && vertex.getNumInputArrays() > 1;
  }
}
