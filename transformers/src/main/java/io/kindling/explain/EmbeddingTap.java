/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import io.kindling.input.HostArrays;
import io.kindling.replacement.LayerReplacement;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.feedforward.embedding.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer of word vectors that can be told what to give instead, {@code [examples, width, steps]},
 * and keeps the gradient that reaches it. Token ids have no gradient; their vectors do.
 */
final class EmbeddingTap extends EmbeddingSequenceLayer {
  private static final long serialVersionUID = 1L;

  private transient INDArray given;
  private transient float[] kept;

  private EmbeddingTap(EmbeddingSequenceLayer plain) {
    super(plain.conf(), plain.params().dataType());
  }

  static EmbeddingTap of(EmbeddingSequenceLayer plain) throws ReflectiveOperationException {
    return LayerReplacement.copy(plain, new EmbeddingTap(plain));
  }

  /** The numbers of a word's vector. */
  int width() {
    return Math.toIntExact(layerConf().getNOut());
  }

  /** Gives these, its own from now on, instead of the ids' vectors; null for those again. */
  void give(INDArray vectors) {
    HostArrays.release(given);
    given = vectors;
  }

  /** The gradient of the last backward pass, {@code [examples, width, steps]}, once. */
  float[] takeGradient() {
    float[] taken = kept;
    kept = null;
    return taken;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    return given == null
        ? super.activate(training, workspaces)
        : workspaces.dup(ArrayType.ACTIVATIONS, given, 'f');
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    kept = HostArrays.floats(workspaces.dup(ArrayType.BP_WORKING_MEM, epsilon, 'c'));
    return new Pair<>(new DefaultGradient(), null);
  }
}
