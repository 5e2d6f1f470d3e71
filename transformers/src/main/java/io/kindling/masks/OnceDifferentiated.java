/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.masks;

import io.kindling.replacement.LayerReplacement;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer that SameDiff differentiates, such as self-attention. Deeplearning4j 1.0.0-M2.1's own
 * gives twice the gradient, of its parameters and of its input: {@code
 * ExternalErrorsFunction.doDiff} both sets the error of the layer's output and returns it, and what
 * is returned is added. The gradient is linear in the error, so half of it is handed on here.
 */
final class OnceDifferentiated extends SameDiffLayer {
  private static final long serialVersionUID = 1L;

  private OnceDifferentiated(SameDiffLayer plain, DataType type) {
    super(plain.conf(), type);
  }

  static OnceDifferentiated of(SameDiffLayer plain, DataType type) {
    try {
      return LayerReplacement.copy(plain, new OnceDifferentiated(plain, type));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Deeplearning4j's layers have other fields", e);
    }
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray half = workspaces.dup(ArrayType.BP_WORKING_MEM, epsilon, epsilon.ordering());
    return super.backpropGradient(half.muli(0.5), workspaces);
  }
}
