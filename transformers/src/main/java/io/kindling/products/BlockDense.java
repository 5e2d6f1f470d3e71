/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.products;

import io.kindling.replacement.LayerReplacement;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A dense layer that scores by {@link BlockProduct}. */
final class BlockDense extends DenseLayer {
  private static final long serialVersionUID = 1L;

  private transient BlockProduct product;

  private BlockDense(DenseLayer plain) {
    super(plain.conf(), DataType.FLOAT);
  }

  static BlockDense of(DenseLayer plain, BlockProduct product) throws ReflectiveOperationException {
    BlockDense fast = LayerReplacement.copy(plain, new BlockDense(plain));
    fast.product = product;
    return fast;
  }

  @Override
  protected Pair<INDArray, INDArray> preOutputWithPreNorm(
      boolean training, boolean forBackprop, LayerWorkspaceMgr workspaces) {
    return training || forBackprop || !DenseBlocks.canMultiply(this, input)
        ? super.preOutputWithPreNorm(training, forBackprop, workspaces)
        : new Pair<>(DenseBlocks.preOutput(this, product, input, workspaces), null);
  }
}
