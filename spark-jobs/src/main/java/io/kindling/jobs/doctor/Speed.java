/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import io.kindling.runtime.NativeRuntime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How fast a task computes: one matrix product, which is about the floor of what arithmetic takes,
 * and one convolution of Deeplearning4j's against it.
 *
 * @param matrix GFLOP/s of a product of two matrices
 * @param convolution GFLOP/s of a layer's forward pass
 * @param helper the class that computes the layer; {@link #NONE} for Deeplearning4j's own loops
 */
record Speed(double matrix, double convolution, String helper) implements Check {
  static final String NONE = "none";

  private static final int SIDE = 768;
  private static final int EXAMPLES = 16;
  private static final int IMAGE = 28;
  private static final int KERNEL = 3;
  private static final int CHANNELS_IN = 32;
  private static final int CHANNELS_OUT = 64;

  private static final long WARM_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** With oneDNN 0.26 to 0.6 of the matrix rate were measured, without it 0.06. */
  private static final double LEAST_SHARE = 0.15;

  /** Takes a second; in a task, on its device. */
  static Speed measured() {
    NativeRuntime.start();
    return new Speed(matrixRate(), convolutionRate(), helperName());
  }

  private static double matrixRate() {
    try (INDArray a = Nd4j.rand(DataType.FLOAT, SIDE, SIDE);
        INDArray b = Nd4j.rand(DataType.FLOAT, SIDE, SIDE);
        INDArray c = Nd4j.create(DataType.FLOAT, SIDE, SIDE)) {
      return rate(2.0 * SIDE * SIDE * SIDE, () -> a.mmuli(b, c));
    }
  }

  private static double convolutionRate() {
    MultiLayerNetwork network = network();
    try (INDArray images = Nd4j.rand(DataType.FLOAT, EXAMPLES, CHANNELS_IN, IMAGE, IMAGE)) {
      int places = IMAGE - KERNEL + 1;
      double operations =
          2.0 * EXAMPLES * places * places * KERNEL * KERNEL * CHANNELS_IN * CHANNELS_OUT;
      return rate(operations, () -> network.output(images).close());
    } finally {
      network.close();
    }
  }

  private static String helperName() {
    MultiLayerNetwork network = network();
    try {
      Object helper = network.getLayer(0).getHelper();
      return helper == null ? NONE : helper.getClass().getSimpleName();
    } finally {
      network.close();
    }
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(
                    new ConvolutionLayer.Builder(KERNEL, KERNEL)
                        .nIn(CHANNELS_IN)
                        .nOut(CHANNELS_OUT)
                        .build())
                .build());
    network.init();
    return network;
  }

  /** GFLOP/s of the fastest run: what comes between makes others slower. */
  private static double rate(double operations, Runnable work) {
    long best = Long.MAX_VALUE;
    long start = System.nanoTime();
    long now = start;
    while (best == Long.MAX_VALUE || now - start < WARM_UP_NANOS + NANOS) {
      long before = System.nanoTime();
      work.run();
      now = System.nanoTime();
      if (now - start > WARM_UP_NANOS) {
        best = Math.min(best, now - before);
      }
    }
    return operations / best;
  }

  @Override
  public List<Finding> findings(String where) {
    return List.of(
        Finding.ok("matrix-rate", where, "%.1f GFLOP/s in one task".formatted(matrix)),
        convolution(where));
  }

  private Finding convolution(String where) {
    String found =
        "%.1f GFLOP/s by %s, %.0f%% of the matrix rate"
            .formatted(
                convolution,
                helper.equals(NONE) ? "Deeplearning4j's own loops" : helper,
                convolution / matrix * 100);
    return !helper.equals(NONE) && convolution >= LEAST_SHARE * matrix
        ? Finding.ok("convolution", where, found)
        : Finding.fail(
            "convolution",
            where,
            "oneDNN's helpers are %s: %s".formatted(helper.equals(NONE) ? "off" : "slow", found),
            helper.equals(NONE)
                ? "take -D%s away".formatted(NativeRuntime.HELPERS_DISABLED)
                : "let nothing else compute on these cores, and set OMP_NUM_THREADS=1");
  }
}
