/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.products;

import io.kindling.replacement.LayerReplacement;
import org.deeplearning4j.nn.layers.OutputLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An output layer that scores by {@link BlockProduct}. */
final class BlockOutput extends OutputLayer {
  private static final long serialVersionUID = 1L;

  private transient BlockProduct product;

  private BlockOutput(OutputLayer plain) {
    super(plain.conf(), DataType.FLOAT);
  }

  static BlockOutput of(OutputLayer plain, BlockProduct product)
      throws ReflectiveOperationException {
    BlockOutput fast = LayerReplacement.copy(plain, new BlockOutput(plain));
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
