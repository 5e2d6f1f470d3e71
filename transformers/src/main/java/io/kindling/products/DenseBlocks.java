/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.products;

import io.kindling.replacement.LayerReplacement;
import io.kindling.replacement.LayerReplacement.Result;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.layers.OutputLayer;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts dense layers into a network that scores whose results for a row do not depend on the rows
 * beside it ({@link BlockProduct}). They use the network's own parameters and configuration.
 */
public final class DenseBlocks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DenseBlocks.class);

  private final BlockProduct product = new BlockProduct();

  private DenseBlocks() {}

  /**
   * Replaces what can be replaced; nothing on other devices than CPUs.
   *
   * @param model an initialised {@code MultiLayerNetwork} or {@code ComputationGraph}
   */
  public static DenseBlocks install(Model model) {
    DenseBlocks blocks = new DenseBlocks();
    if (Nd4j.getEnvironment().isCPU()) {
      try {
        LayerReplacement.install(model, blocks::replace);
      } catch (ReflectiveOperationException | RuntimeException e) {
        LOG.warn("Dense layers stay as Deeplearning4j has them", e);
      }
    }
    return blocks;
  }

  private Result replace(Layer layer) throws ReflectiveOperationException {
    if (layer.getClass() == DenseLayer.class) {
      DenseLayer dense = (DenseLayer) layer;
      return dense.hasLayerNorm()
          ? new Result(layer, 0)
          : new Result(BlockDense.of(dense, product), 1);
    }
    if (layer.getClass() == OutputLayer.class) {
      return new Result(BlockOutput.of((OutputLayer) layer, product), 1);
    }
    return new Result(layer, 0);
  }

  static boolean canMultiply(BaseLayer<?> layer, INDArray rows) {
    return rows.rank() == 2
        && rows.dataType() == DataType.FLOAT
        && BlockProduct.isSupported(layer.getParam(DefaultParamInitializer.WEIGHT_KEY))
        && layer.getParam(DefaultParamInitializer.WEIGHT_KEY).size(0) == rows.size(1);
  }

  static INDArray preOutput(
      BaseLayer<?> layer, BlockProduct product, INDArray rows, LayerWorkspaceMgr workspaces) {
    INDArray out = product.of(rows, layer.getParam(DefaultParamInitializer.WEIGHT_KEY), workspaces);
    return layer.hasBias()
        ? out.addiRowVector(layer.getParam(DefaultParamInitializer.BIAS_KEY))
        : out;
  }

  @Override
  public void close() {
    product.close();
  }
}
