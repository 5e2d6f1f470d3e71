/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.convolutional;

import io.kindling.input.NativeFloats;
import io.kindling.replacement.LayerReplacement;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.ActivationLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * ReLU as a layer, whose backward pass is one pass over memory. Deeplearning4j's copies the input,
 * the result again, and takes six times as long.
 */
final class FastRelu extends ActivationLayer {
  private static final long serialVersionUID = 1L;

  private transient Rows rows;

  private FastRelu(ActivationLayer plain) {
    super(plain.conf(), DataType.FLOAT);
  }

  /** The same layer, which works in arrays that it shares with others of its network. */
  static FastRelu of(ActivationLayer plain, Rows rows) throws ReflectiveOperationException {
    FastRelu fast = LayerReplacement.copy(plain, new FastRelu(plain));
    fast.rows = rows;
    return fast;
  }

  static boolean isSupported(ActivationLayer layer) {
    return new ActivationReLU().equals(layer.layerConf().getActivationFn());
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    if (input.dataType() != DataType.FLOAT
        || epsilon.dataType() != DataType.FLOAT
        || !Planes.isDense(input)
        || !Planes.isDense(epsilon)) {
      return super.backpropGradient(epsilon, workspaces);
    }
    INDArray back =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, DataType.FLOAT, input.shape(), 'c');
    NativeFloats values = NativeFloats.of(input);
    NativeFloats errors = NativeFloats.of(epsilon);
    NativeFloats to = NativeFloats.of(back);
    float[][] block = rows.reserve(2, Planes.BLOCK);
    for (long at = 0; at < input.length(); at += Planes.BLOCK) {
      int length = (int) Math.min(Planes.BLOCK, input.length() - at);
      values.get(at, block[0], length);
      errors.get(at, block[1], length);
      PlaneLoops.maskByRelu(block[1], block[0], length);
      to.put(at, block[1], length);
    }
    return new Pair<>(new DefaultGradient(), back);
  }
}
