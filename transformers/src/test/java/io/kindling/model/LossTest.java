/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.runtime.NativeRuntime;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Losses held against Keras' formulas, Deeplearning4j's own and their slopes. */
class LossTest {
  private static final double EPSILON = 1e-5;

  @BeforeAll
  static void start() {
    NativeRuntime.start();
  }

  /** What {@code keras.losses} computes of an example, of outputs behind the activation. */
  private static double keras(Loss loss, double[] y, double[] p) {
    int n = y.length;
    IntStream each = IntStream.range(0, n);
    return switch (loss) {
      case CATEGORICAL_CROSSENTROPY -> -each.mapToDouble(i -> y[i] * Math.log(p[i])).sum();
      case BINARY_CROSSENTROPY ->
          -each.mapToDouble(i -> y[i] * Math.log(p[i]) + (1 - y[i]) * Math.log(1 - p[i])).sum() / n;
      case HINGE -> each.mapToDouble(i -> Math.max(1 - y[i] * p[i], 0)).sum() / n;
      case SQUARED_HINGE ->
          each.mapToDouble(i -> Math.pow(Math.max(1 - y[i] * p[i], 0), 2)).sum() / n;
      case KL_DIVERGENCE ->
          each.mapToDouble(
                  i -> Math.max(y[i], 1e-7) * Math.log(Math.max(y[i], 1e-7) / Math.max(p[i], 1e-7)))
              .sum();
      case COSINE_SIMILARITY -> -each.mapToDouble(i -> y[i] * p[i]).sum() / (length(y) * length(p));
      case MSE -> each.mapToDouble(i -> (y[i] - p[i]) * (y[i] - p[i])).sum() / n;
      case MAE -> each.mapToDouble(i -> Math.abs(y[i] - p[i])).sum() / n;
    };
  }

  private static double length(double[] values) {
    return Math.sqrt(DoubleStream.of(values).map(value -> value * value).sum());
  }

  private static double[] activated(Loss loss, double[] z) {
    return switch (loss.activation()) {
      case SOFTMAX -> {
        double sum = DoubleStream.of(z).map(Math::exp).sum();
        yield DoubleStream.of(z).map(value -> Math.exp(value) / sum).toArray();
      }
      case SIGMOID -> DoubleStream.of(z).map(value -> 1 / (1 + Math.exp(-value))).toArray();
      default -> z.clone();
    };
  }

  private static double[] labels(ClassTarget target, int label) {
    float[] labels = new float[target.units()];
    target.place(target.encode(label), labels, 0);
    return Softmax.row(labels, 0, target.units());
  }

  private static double[] random(int count, long seed) {
    Random random = new Random(seed);
    return DoubleStream.generate(() -> 2 * random.nextGaussian()).limit(count).toArray();
  }

  @ParameterizedTest
  @EnumSource
  void valuesAreKeras(Loss loss) {
    for (int classes : new int[] {2, 3, 7}) {
      ClassTarget target = new ClassTarget(classes, loss);
      for (int label = 0; label < classes; label++) {
        double[] z = random(target.units(), 31 * classes + label);
        double[] y = labels(target, label);
        // Keras' divergence adds 1e-7 * ln(1e-7 / p) of each other class.
        assertEquals(keras(loss, y, activated(loss, z)), loss.value(z, y), 2e-5);
        assertEquals(loss.value(z, y), target.lossOf(target.raw(z), label), 1e-7);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void gradientsAreTheSlopesOfTheValues(Loss loss) {
    for (int classes : new int[] {2, 5}) {
      ClassTarget target = new ClassTarget(classes, loss);
      if (loss.isOfProbabilities()) {
        target = target.withLabelSmoothing(0.2);
      }
      for (int label = 0; label < classes; label++) {
        double[] z = random(target.units(), 7 * classes + label);
        double[] y = labels(target, label);
        double[] gradient = loss.gradient(z, y);
        for (int i = 0; i < z.length; i++) {
          double[] more = z.clone();
          more[i] += EPSILON;
          double[] less = z.clone();
          less[i] -= EPSILON;
          double slope = (loss.value(more, y) - loss.value(less, y)) / (2 * EPSILON);
          assertEquals(slope, gradient[i], 1e-8, loss + " by output " + i);
        }
      }
    }
  }

  /** Of Deeplearning4j's the hinges and the cross-entropy of sigmoids are sums over the units. */
  @ParameterizedTest
  @EnumSource
  void deeplearning4jsOwnIsTheSameOnItsScale(Loss loss) {
    int classes = 4;
    int rows = 6;
    ClassTarget target = new ClassTarget(classes, loss);
    float[] labels = new float[rows * classes];
    float[] outputs = new float[rows * classes];
    Random random = new Random(3);
    for (int row = 0; row < rows; row++) {
      target.place(row % classes, labels, row);
    }
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = (float) random.nextGaussian();
    }
    INDArray y = Nd4j.create(labels, new long[] {rows, classes}, 'c');
    INDArray z = Nd4j.create(outputs, new long[] {rows, classes}, 'c');
    ILossFunction own = new KerasLoss(loss);
    ILossFunction theirs = loss.function().getILossFunction();
    IActivation activation = loss.activation().getActivationFunction();
    double scale = loss.isOfSigns() || loss == Loss.BINARY_CROSSENTROPY ? classes : 1;
    // Theirs takes labels of 0 for 1e-5.
    double tolerance = loss == Loss.KL_DIVERGENCE ? 1e-3 : 1e-5;
    assertEquals(
        theirs.computeScore(y, z.dup(), activation, null, true),
        scale * own.computeScore(y, z.dup(), activation, null, true),
        tolerance);
    assertArrayEquals(
        theirs.computeGradient(y, z.dup(), activation, null).dup('c').data().asFloat(),
        own.computeGradient(y, z.dup('f'), activation, null).mul(scale).dup('c').data().asFloat(),
        1e-5f);
    INDArray each = own.computeScoreArray(y, z, activation, null);
    assertArrayEquals(new long[] {rows, 1}, each.shape());
    assertEquals(own.computeScore(y, z, activation, null, false), each.sumNumber().doubleValue());
  }

  @ParameterizedTest
  @EnumSource
  void noOutputIsTooLarge(Loss loss) {
    for (double size : new double[] {100, 3e4, 1e30}) {
      for (int classes : new int[] {2, 3}) {
        ClassTarget target = new ClassTarget(classes, loss);
        double[] z = new double[target.units()];
        z[0] = size;
        for (int label = 0; label < classes; label++) {
          double[] y = labels(target, label);
          double[] gradient = loss.gradient(z, y);
          assertTrue(Double.isFinite(loss.value(z, y)), () -> loss + " of " + size);
          assertTrue(DoubleStream.of(gradient).allMatch(Double::isFinite), loss::toString);
          double[] probabilities = target.probabilities(target.raw(z));
          assertEquals(1, DoubleStream.of(probabilities).sum(), 1e-12);
        }
      }
    }
  }

  @Test
  void aConfidentMistakeOfASigmoidHasTheFullGradient() {
    assertEquals(1, Loss.BINARY_CROSSENTROPY.gradient(new double[] {40}, new double[] {0})[0]);
    assertEquals(40, Loss.BINARY_CROSSENTROPY.value(new double[] {40}, new double[] {0}), 1e-12);
  }

  @Test
  void labelsAreSmoothedAsKerasDoes() {
    ClassTarget softmax = new ClassTarget(4).withLabelSmoothing(0.1);
    assertArrayEquals(new double[] {0.025, 0.025, 0.925, 0.025}, labels(softmax, 2), 1e-7);
    ClassTarget sigmoid = new ClassTarget(2, Loss.BINARY_CROSSENTROPY).withLabelSmoothing(0.1);
    assertArrayEquals(new double[] {0.95}, labels(sigmoid, 1), 1e-7);
    assertArrayEquals(new double[] {0.05}, labels(sigmoid, 0), 1e-7);
    ClassTarget rest = new ClassTarget(3, Loss.BINARY_CROSSENTROPY).withLabelSmoothing(0.1);
    assertArrayEquals(new double[] {0.95, 0.05, 0.05}, labels(rest, 0), 1e-7);
    assertArrayEquals(
        new double[] {-1, 1, -1}, labels(new ClassTarget(3, Loss.SQUARED_HINGE), 1), 0);
  }

  @Test
  void oneSigmoidUnitTellsTwoClasses() {
    ClassTarget target = new ClassTarget(2, Loss.BINARY_CROSSENTROPY);
    double[] raw = target.raw(new double[] {1.5});
    assertArrayEquals(new double[] {-1.5, 1.5}, raw);
    double p = 1 / (1 + Math.exp(-1.5));
    assertArrayEquals(new double[] {1 - p, p}, target.probabilities(raw), 1e-15);
    double[] rest = {0.5, -1, 2};
    double[] sigmoids = activated(Loss.BINARY_CROSSENTROPY, rest);
    double sum = DoubleStream.of(sigmoids).sum();
    assertArrayEquals(
        DoubleStream.of(sigmoids).map(sigmoid -> sigmoid / sum).toArray(),
        new ClassTarget(3, Loss.BINARY_CROSSENTROPY).probabilities(rest),
        1e-15);
  }

  @Test
  void whatDoesNotGoTogetherIsSaid() {
    assertEquals(
        "Cannot train: labels of the loss mse cannot be smoothed (training.label-smoothing), they are no probabilities; use categorical-crossentropy, binary-crossentropy or kl-divergence, or no smoothing",
        message(() -> new ClassTarget(3, Loss.MSE).withLabelSmoothing(0.1)));
    assertEquals(
        "Cannot train: label smoothing is 1.0 (training.label-smoothing); it must be at least 0 and less than 1",
        message(() -> new ClassTarget(3).withLabelSmoothing(1)));
    assertTrue(
        message(() -> Loss.ofClasses("binary_crossentropy"))
            .startsWith(
                "Cannot train: a classification has no loss 'binary_crossentropy'; the nearest is"
                    + " binary-crossentropy, of "));
    assertEquals(
        "Cannot train: a regression has no loss hinge; it has mse and mae",
        message(() -> NumberTarget.unscaled(Loss.HINGE)));
    assertEquals(
        "Cannot train: the network's output layer has 1 units, but the labels have 2 classes",
        message(() -> new ClassTarget(2, Loss.MSE, 1, 0, 5)));
  }

  private static String message(Runnable wrong) {
    return assertThrows(KindlingException.class, wrong::run).getMessage();
  }
}
