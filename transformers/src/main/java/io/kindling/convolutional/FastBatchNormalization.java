/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.convolutional;

import io.kindling.input.HostArrays;
import io.kindling.input.NativeFloats;
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

/**
 * Batch normalization (Ioffe and Szegedy, 2015) of planes {@code [examples, channels, height,
 * width]}, read once and written once in each direction. A block of channels at a time is brought
 * into arrays that stay in the processor's cache; there its mean and variance are taken, the
 * variance around the first example's mean, so that little is lost where the mean is far from zero.
 *
 * <p>Rows of values, and gamma and beta that are locked, are Deeplearning4j's own code. Not safe
 * for use by several threads at once.
 */
final class FastBatchNormalization extends BatchNormalization {
  private static final long serialVersionUID = 1L;

  private static final double LN_10 = Math.log(10);

  private transient Rows values;
  private transient Rows errors;

  /** Of the last minibatch in training, one for each channel; null after anything else. */
  private transient double[] mean;

  private transient double[] variance;

  private FastBatchNormalization(BatchNormalization plain) {
    super(plain.conf(), DataType.FLOAT);
  }

  /** The same layer, which works in arrays that it shares with others of its network. */
  static FastBatchNormalization of(BatchNormalization plain, Rows values, Rows errors)
      throws ReflectiveOperationException {
    FastBatchNormalization fast = LayerReplacement.copy(plain, new FastBatchNormalization(plain));
    fast.values = values;
    fast.errors = errors;
    return fast;
  }

  static boolean isSupported(BatchNormalization layer) {
    return LayerReplacement.isFloat(layer) && !layer.layerConf().isLockGammaBeta();
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    mean = null;
    variance = null;
    if (!arePlanes(input)) {
      return super.activate(training, workspaces);
    }
    Planes planes = Planes.of(input);
    INDArray dense = Planes.dense(input);
    INDArray activations =
        workspaces.createUninitialized(ArrayType.ACTIVATIONS, DataType.FLOAT, input.shape(), 'c');
    NativeFloats from = NativeFloats.of(dense);
    NativeFloats to = NativeFloats.of(activations);
    double[] means =
        training
            ? new double[planes.channels()]
            : global(BatchNormalizationParamInitializer.GLOBAL_MEAN);
    double[] variances = training ? new double[planes.channels()] : globalVariance();
    float[] gamma = floats(BatchNormalizationParamInitializer.GAMMA);
    float[] beta = floats(BatchNormalizationParamInitializer.BETA);
    Spread less = new Spread(planes);
    Spread scale = new Spread(planes);
    Spread offset = new Spread(planes);
    float[][] block = values.reserve(planes.examples(), planes.blockLength());
    for (int channel = 0; channel < planes.channels(); channel += planes.blockChannels()) {
      int length = planes.get(from, channel, block);
      if (training) {
        measure(planes, channel, block, means, variances);
      }
      float[] lesses = less.of(channel, c -> means[c]);
      float[] scales = scale.of(channel, c -> gamma[c] * inverseDeviation(variances[c]));
      float[] offsets = offset.of(channel, c -> beta[c]);
      for (int example = 0; example < planes.examples(); example++) {
        PlaneLoops.normalize(block[example], lesses, scales, offsets, length);
      }
      planes.put(block, channel, to);
    }
    if (training) {
      mean = means;
      variance = variances;
    }
    return activations;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    if (mean == null) {
      return super.backpropGradient(epsilon, workspaces);
    }
    Planes planes = Planes.of(input);
    INDArray back =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, DataType.FLOAT, input.shape(), 'c');
    NativeFloats fromInput = NativeFloats.of(Planes.dense(input));
    NativeFloats fromErrors = NativeFloats.of(Planes.dense(epsilon));
    NativeFloats to = NativeFloats.of(back);
    float[] gamma = floats(BatchNormalizationParamInitializer.GAMMA);
    double[] errorSums = new double[planes.channels()];
    double[] productSums = new double[planes.channels()];
    Spread less = new Spread(planes);
    Spread scale = new Spread(planes);
    Spread slope = new Spread(planes);
    Spread offset = new Spread(planes);
    float[][] x = values.reserve(planes.examples(), planes.blockLength());
    float[][] error = errors.reserve(planes.examples(), planes.blockLength());
    float[] sums = new float[planes.blockLength()];
    for (int channel = 0; channel < planes.channels(); channel += planes.blockChannels()) {
      int length = planes.get(fromInput, channel, x);
      planes.get(fromErrors, channel, error);
      float[] lesses = less.of(channel, c -> mean[c]);
      Arrays.fill(sums, 0f);
      for (int example = 0; example < planes.examples(); example++) {
        PlaneLoops.add(error[example], sums, length);
      }
      planes.addByChannel(sums, channel, errorSums);
      Arrays.fill(sums, 0f);
      for (int example = 0; example < planes.examples(); example++) {
        PlaneLoops.addProducts(error[example], x[example], lesses, sums, length);
      }
      planes.addByChannel(sums, channel, productSums);
      // With the inverse deviation d and n values: gamma d (error - mean error - (x - mean) d^2
      // (mean of error times (x - mean))).
      float[] scales = scale.of(channel, c -> gamma[c] * inverseDeviation(variance[c]));
      float[] slopes =
          slope.of(
              channel,
              c -> {
                double inverse = inverseDeviation(variance[c]);
                return -gamma[c] * inverse * inverse * inverse * productSums[c] / planes.count();
              });
      float[] offsets =
          offset.of(
              channel,
              c -> -gamma[c] * inverseDeviation(variance[c]) * errorSums[c] / planes.count());
      for (int example = 0; example < planes.examples(); example++) {
        PlaneLoops.combine(error[example], scales, x[example], lesses, slopes, offsets, length);
      }
      planes.put(error, channel, to);
    }
    for (int channel = 0; channel < planes.channels(); channel++) {
      productSums[channel] *= inverseDeviation(variance[channel]);
    }
    return new Pair<>(gradient(productSums, errorSums), back);
  }

  /**
   * Mean and variance go the way of all gradients, as Deeplearning4j's do: the change to take off.
   */
  private Gradient gradient(double[] ofGamma, double[] ofBeta) {
    Gradient gradient = new DefaultGradient();
    set(gradient, BatchNormalizationParamInitializer.GAMMA, ofGamma);
    set(gradient, BatchNormalizationParamInitializer.BETA, ofBeta);
    double kept = layerConf().getDecay();
    double[] ofMean = global(BatchNormalizationParamInitializer.GLOBAL_MEAN);
    double[] ofVariance = globalVariance();
    boolean logarithm = layerConf().isUseLogStd();
    for (int c = 0; c < ofMean.length; c++) {
      ofMean[c] = (ofMean[c] - mean[c]) * (1 - kept);
      ofVariance[c] =
          logarithm
              ? Math.log(ofVariance[c] / (kept * ofVariance[c] + (1 - kept) * variance[c]))
                  / (2 * LN_10)
              : (ofVariance[c] - variance[c]) * (1 - kept);
    }
    set(gradient, BatchNormalizationParamInitializer.GLOBAL_MEAN, ofMean);
    set(
        gradient,
        logarithm
            ? BatchNormalizationParamInitializer.GLOBAL_LOG_STD
            : BatchNormalizationParamInitializer.GLOBAL_VAR,
        ofVariance);
    return gradient;
  }

  private void set(Gradient gradient, String name, double[] of) {
    float[] rounded = new float[of.length];
    for (int i = 0; i < of.length; i++) {
      rounded[i] = (float) of[i];
    }
    INDArray view = gradientViews.get(name);
    HostArrays.copy(rounded, view);
    gradient.setGradientFor(name, view);
  }

  @Override
  public void clear() {
    super.clear();
    mean = null;
    variance = null;
  }

  private static void measure(
      Planes planes, int channel, float[][] block, double[] means, double[] variances) {
    int length = planes.lengthAt(channel);
    double[] first = new double[planes.channels()];
    planes.addByChannel(block[0], channel, first);
    float[] near = new Spread(planes).of(channel, c -> first[c] / planes.plane());
    float[] sums = new float[length];
    for (int example = 0; example < planes.examples(); example++) {
      PlaneLoops.addDifferences(block[example], near, sums, length);
    }
    planes.addByChannel(sums, channel, means);
    Arrays.fill(sums, 0f);
    for (int example = 0; example < planes.examples(); example++) {
      PlaneLoops.addSquares(block[example], near, sums, length);
    }
    planes.addByChannel(sums, channel, variances);
    for (int c = channel; c < planes.endOfBlock(channel); c++) {
      double difference = means[c] / planes.count();
      means[c] = (float) (first[c] / planes.plane()) + difference;
      variances[c] = Math.max(0, variances[c] / planes.count() - difference * difference);
    }
  }

  private double inverseDeviation(double ofVariance) {
    return 1 / Math.sqrt(ofVariance + layerConf().getEps());
  }

  private double[] globalVariance() {
    if (!layerConf().isUseLogStd()) {
      return global(BatchNormalizationParamInitializer.GLOBAL_VAR);
    }
    double[] variances = global(BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
    for (int c = 0; c < variances.length; c++) {
      variances[c] = Math.pow(10, 2 * variances[c]);
    }
    return variances;
  }

  private double[] global(String name) {
    float[] floats = floats(name);
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  private float[] floats(String name) {
    return HostArrays.floats(getParam(name));
  }

  private boolean arePlanes(INDArray array) {
    return array != null
        && array.rank() == 4
        && array.length() > 0
        && array.dataType() == DataType.FLOAT
        && layerConf().getCnn2DFormat() == CNN2DFormat.NCHW
        && array.size(1) == layerConf().getNOut();
  }
}
