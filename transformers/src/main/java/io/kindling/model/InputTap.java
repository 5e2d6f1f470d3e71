/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.InputVertex;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A graph's input that keeps the gradient which reached it. Deeplearning4j 1.0.0-M2.1 gives it to
 * the input's vertex and drops it before anyone could ask.
 */
@SuppressWarnings("overrides") // of DL4J's two classes above
final class InputTap extends InputVertex {
  private static final long serialVersionUID = 1L;

  private transient INDArray gradient;

  private InputTap(ComputationGraph graph, GraphVertex plain, DataType type) {
    super(graph, plain.getVertexName(), plain.getVertexIndex(), plain.getOutputVertices(), type);
  }

  /** The tap of a graph of one input, put there when it is first asked for. */
  static InputTap in(ComputationGraph graph) {
    GraphVertex[] vertices = graph.getVertices();
    for (int i = 0; i < vertices.length; i++) {
      if (vertices[i] instanceof InputTap tap) {
        return tap;
      }
      if (vertices[i].isInputVertex()) {
        InputTap tap = new InputTap(graph, vertices[i], graph.getConfiguration().getDataType());
        vertices[i] = tap;
        return tap;
      }
    }
    throw new IllegalStateException("a graph has an input");
  }

  /** The gradient of the last backward pass, once; null where layers give none. */
  INDArray take() {
    INDArray taken = gradient;
    gradient = null;
    return taken;
  }

  /** Out of the layers' memory, which is theirs again before anyone asks. */
  @Override
  public void setEpsilon(INDArray epsilon) {
    super.setEpsilon(epsilon == null ? null : epsilon.detach());
  }

  @Override
  public void clear() {
    if (getEpsilon() != null) {
      gradient = getEpsilon();
    }
    super.clear();
  }
}
