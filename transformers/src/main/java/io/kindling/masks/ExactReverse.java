/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.masks;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.impl.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Turns sequences around by the mask that reaches the vertex, in one operation. Deeplearning4j
 * 1.0.0-M2.1's own goes by the mask of the network's input, which is another behind pooling, and
 * copies each step of each sequence by itself.
 */
@SuppressWarnings("overrides") // of DL4J's two classes above
final class ExactReverse extends ReverseTimeSeriesVertex {
  private static final long serialVersionUID = 1L;

  private transient INDArray mask;

  ExactReverse(ComputationGraph graph, ReverseTimeSeriesVertex plain, DataType type) {
    super(graph, plain.getVertexName(), plain.getVertexIndex(), null, type);
    setInputVertices(plain.getInputVertices());
    setOutputVertices(plain.getOutputVertices());
  }

  @Override
  public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
    return workspaces.dup(ArrayType.ACTIVATIONS, TurnedSteps.of(inputs[0], mask), 'f');
  }

  @Override
  public Pair<Gradient, INDArray[]> doBackward(boolean truncated, LayerWorkspaceMgr workspaces) {
    INDArray below = workspaces.dup(ArrayType.ACTIVATION_GRAD, TurnedSteps.of(epsilon, mask), 'f');
    return new Pair<>(null, new INDArray[] {below});
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArrays(
      INDArray[] masks, MaskState state, int minibatch) {
    mask = masks == null ? null : masks[0];
    return new Pair<>(mask, state);
  }

  @Override
  public void clear() {
    super.clear();
    mask = null;
  }
}
