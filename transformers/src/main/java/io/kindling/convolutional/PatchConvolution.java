/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.convolutional;

import io.kindling.input.HostArrays;
import io.kindling.input.NativeFloats;
import io.kindling.products.MatrixProduct;
import io.kindling.products.MatrixProduct.Operand;
import io.kindling.replacement.LayerReplacement;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution that scores by a product of its weights and an image's {@link Patches}, one for
 * each image. With few channels, as a network's first convolution has them, that is several times
 * as fast as oneDNN's, which computes in blocks of channels and turns its result back into planes.
 *
 * <p>In training it is Deeplearning4j's own code. Not safe for use by several threads at once.
 */
final class PatchConvolution extends ConvolutionLayer {
  /** With more rows of patches than these, or than filters, they cost more than they save. */
  private static final int MOST_ROWS = 100;

  /** Of an image: beyond the processor's cache they gain nothing, and they take memory. */
  private static final long MOST_PATCHES = 2 << 20;

  private static final long serialVersionUID = 1L;

  private transient float[] image = {};
  private transient float[] patches = {};

  private PatchConvolution(ConvolutionLayer plain) {
    super(plain.conf(), DataType.FLOAT);
  }

  static PatchConvolution of(ConvolutionLayer plain) throws ReflectiveOperationException {
    return LayerReplacement.copy(plain, new PatchConvolution(plain));
  }

  static boolean isSupported(ConvolutionLayer layer) {
    INDArray weights = layer.getParam(ConvolutionParamInitializer.WEIGHT_KEY);
    return LayerReplacement.isFloat(layer)
        && layer.layerConf().getCnn2dDataFormat() == CNN2DFormat.NCHW
        && Arrays.equals(layer.layerConf().getDilation(), new int[] {1, 1})
        && weights.length() / weights.size(0) <= Math.min(weights.size(0), MOST_ROWS);
  }

  @Override
  protected Pair<INDArray, INDArray> preOutput(
      boolean training, boolean forBackprop, LayerWorkspaceMgr workspaces) {
    if (training || forBackprop || !arePlanes(input)) {
      return super.preOutput(training, forBackprop, workspaces);
    }
    Patches window = Patches.of(layerConf(), input);
    return (window.rows() + 1L) * window.places() > MOST_PATCHES
        ? super.preOutput(training, forBackprop, workspaces)
        : new Pair<>(product(window, workspaces), null);
  }

  private boolean arePlanes(INDArray images) {
    return images.rank() == 4
        && images.dataType() == DataType.FLOAT
        && images.size(1) == getParam(ConvolutionParamInitializer.WEIGHT_KEY).size(1);
  }

  private INDArray product(Patches window, LayerWorkspaceMgr workspaces) {
    int places = window.places();
    // The bias is the weight of a row of ones.
    int rows = window.rows() + (hasBias() ? 1 : 0);
    int filters = Math.toIntExact(layerConf().getNOut());
    int examples = Math.toIntExact(input.size(0));
    INDArray out =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS,
            DataType.FLOAT,
            new long[] {examples, filters, window.outHeight(), window.outWidth()},
            'c');
    NativeFloats weights = working(workspaces, (long) filters * rows);
    weights.put(0, weights(window.rows(), rows), filters * rows);
    NativeFloats columns = working(workspaces, (long) rows * places);
    if (image.length != window.imageLength() || patches.length != rows * places) {
      image = new float[window.imageLength()];
      patches = new float[rows * places];
    }
    Arrays.fill(patches, window.rows() * places, patches.length, 1f);
    NativeFloats from = NativeFloats.of(Planes.dense(input));
    NativeFloats to = NativeFloats.of(out);
    for (int example = 0; example < examples; example++) {
      from.get((long) example * image.length, image, image.length);
      window.put(image, patches);
      columns.put(0, patches, patches.length);
      // Seen column by column, as OpenBLAS does, all three are transposed.
      MatrixProduct.multiply(
          places,
          filters,
          rows,
          Operand.of(columns, 0, places),
          Operand.of(weights, 0, rows),
          0,
          Operand.of(to, (long) example * filters * places, places));
    }
    return out;
  }

  /** A row for each filter: its weights, and its bias where there is one. */
  private float[] weights(int inner, int rows) {
    float[] kernels = HostArrays.floats(getParam(ConvolutionParamInitializer.WEIGHT_KEY));
    if (rows == inner) {
      return kernels;
    }
    float[] biases = HostArrays.floats(getParam(ConvolutionParamInitializer.BIAS_KEY));
    float[] weights = new float[biases.length * rows];
    for (int filter = 0; filter < biases.length; filter++) {
      System.arraycopy(kernels, filter * inner, weights, filter * rows, inner);
      weights[filter * rows + inner] = biases[filter];
    }
    return weights;
  }

  private static NativeFloats working(LayerWorkspaceMgr workspaces, long length) {
    return NativeFloats.of(
        workspaces.createUninitialized(ArrayType.FF_WORKING_MEM, DataType.FLOAT, length));
  }
}
