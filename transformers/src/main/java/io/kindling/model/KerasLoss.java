/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.input.HostArrays;
import java.util.Objects;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossUtil;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A {@link Loss} of classes as a Deeplearning4j network trains with it. Deeplearning4j's own of the
 * same names are on other scales (its hinges and its cross-entropy of sigmoids are sums over the
 * units, its mean absolute error is one where examples have weights), and lose the gradient of a
 * confident mistake (sigmoids) or make it NaN (divergence).
 *
 * <p>A trained network is saved with Deeplearning4j's: {@link OutputLayers#withoutKerasLoss}.
 */
public final class KerasLoss implements ILossFunction {
  private static final long serialVersionUID = 1L;

  @JsonProperty("loss")
  private final Loss loss;

  @JsonCreator
  public KerasLoss(@JsonProperty("loss") Loss loss) {
    this.loss = Objects.requireNonNull(loss);
  }

  Loss loss() {
    return loss;
  }

  @Override
  public double computeScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    double sum = computeScoreArray(labels, preOutput, activation, mask).sumNumber().doubleValue();
    return average ? sum / labels.size(0) : sum;
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    Rows rows = new Rows(labels, preOutput);
    float[] scores = new float[rows.count];
    for (int row = 0; row < rows.count; row++) {
      scores[row] = (float) loss.value(rows.outputs(row), rows.labels(row));
    }
    return masked(array(scores, preOutput, rows.count, 1), mask);
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    Rows rows = new Rows(labels, preOutput);
    float[] gradients = new float[rows.count * rows.units];
    for (int row = 0; row < rows.count; row++) {
      double[] gradient = loss.gradient(rows.outputs(row), rows.labels(row));
      for (int unit = 0; unit < rows.units; unit++) {
        gradients[row * rows.units + unit] = (float) gradient[unit];
      }
    }
    return masked(array(gradients, preOutput, rows.count, rows.units), mask);
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    return new Pair<>(
        computeScore(labels, preOutput, activation, mask, average),
        computeGradient(labels, preOutput, activation, mask));
  }

  private static INDArray array(float[] values, INDArray like, int rows, int columns) {
    return Nd4j.create(values, new long[] {rows, columns}, 'c').castTo(like.dataType());
  }

  private static INDArray masked(INDArray array, INDArray mask) {
    if (mask != null) {
      LossUtil.applyMask(array, mask);
    }
    return array;
  }

  /** The examples of a minibatch, on the heap. */
  private static final class Rows {
    private final int count;
    private final int units;
    private final float[] labels;
    private final float[] outputs;

    Rows(INDArray labels, INDArray outputs) {
      this.count = (int) outputs.size(0);
      this.units = (int) outputs.size(1);
      this.labels = HostArrays.floats(labels.dup('c'));
      this.outputs = HostArrays.floats(outputs.dup('c'));
    }

    double[] labels(int row) {
      return Softmax.row(labels, row, units);
    }

    double[] outputs(int row) {
      return Softmax.row(outputs, row, units);
    }
  }

  @Override
  public String name() {
    return loss.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KerasLoss that && that.loss == loss;
  }

  @Override
  public int hashCode() {
    return loss.hashCode();
  }

  @Override
  public String toString() {
    return loss.toString();
  }
}
