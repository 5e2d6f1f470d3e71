/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import io.kindling.replacement.LayerReplacement;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Batch normalization by the mean and variance that training left, in both directions: a factor and
 * an offset for each channel. Deeplearning4j's backward pass is that of training, whose output
 * depends on the whole minibatch.
 */
final class FixedBatchNormalization extends BatchNormalization {
  private static final long serialVersionUID = 1L;

  private FixedBatchNormalization(BatchNormalization plain, DataType type) {
    super(plain.conf(), type);
  }

  static FixedBatchNormalization of(BatchNormalization plain) throws ReflectiveOperationException {
    return LayerReplacement.copy(
        plain, new FixedBatchNormalization(plain, plain.params().dataType()));
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    INDArray scale = scale();
    INDArray offset = value(BatchNormalizationParamInitializer.BETA, layerConf().getBeta());
    offset = offset.sub(getParam(BatchNormalizationParamInitializer.GLOBAL_MEAN).mul(scale));
    return workspaces.leverageTo(
        ArrayType.ACTIVATIONS, input.mul(spread(scale)).addi(spread(offset)));
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    return new Pair<>(
        new DefaultGradient(),
        workspaces.leverageTo(ArrayType.ACTIVATION_GRAD, epsilon.mul(spread(scale()))));
  }

  private INDArray scale() {
    INDArray variance =
        layerConf().isUseLogStd()
            ? Transforms.exp(
                getParam(BatchNormalizationParamInitializer.GLOBAL_LOG_STD).mul(2 * Math.log(10)))
            : getParam(BatchNormalizationParamInitializer.GLOBAL_VAR);
    INDArray deviation = Transforms.sqrt(variance.add(layerConf().getEps()));
    return value(BatchNormalizationParamInitializer.GAMMA, layerConf().getGamma()).div(deviation);
  }

  /** A param, or where gamma and beta are locked its one value. */
  private INDArray value(String name, double locked) {
    INDArray like = getParam(BatchNormalizationParamInitializer.GLOBAL_MEAN);
    return layerConf().isLockGammaBeta() ? like.mul(0).addi(locked) : getParam(name);
  }

  /** Of each channel, {@code [1, channels]}, in a shape that stretches over the input. */
  private INDArray spread(INDArray ofChannel) {
    long[] shape = new long[input.rank()];
    Arrays.fill(shape, 1);
    boolean last = input.rank() == 4 && layerConf().getCnn2DFormat() == CNN2DFormat.NHWC;
    shape[last ? 3 : 1] = ofChannel.length();
    return ofChannel.reshape(shape);
  }
}
