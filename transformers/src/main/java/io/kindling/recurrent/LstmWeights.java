/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.recurrent;

import io.kindling.input.HostArrays;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An LSTM's parameters, or their gradients, in order {@code f}.
 *
 * @param input {@code [inputs, 4 units]}
 * @param recurrent {@code [units, 4 units]}
 * @param bias 4 units
 */
record LstmWeights(INDArray input, INDArray recurrent, INDArray bias) {
  /** The same in order {@code f}, copied only where it is not. */
  static LstmWeights dense(INDArray input, INDArray recurrent, INDArray bias) {
    return new LstmWeights(dense(input), dense(recurrent), bias);
  }

  private static INDArray dense(INDArray weights) {
    return isDense(weights) ? weights : weights.dup('f');
  }

  /** Whether an array's values lie in order {@code f} without gaps. */
  static boolean isDense(INDArray array) {
    long stride = 1;
    for (int dimension = 0; dimension < array.rank(); dimension++) {
      if (array.size(dimension) != 1 && array.stride(dimension) != stride) {
        return false;
      }
      stride *= array.size(dimension);
    }
    return true;
  }

  boolean isDense() {
    return isDense(input) && isDense(recurrent);
  }

  int inputs() {
    return (int) input.size(0);
  }

  int units() {
    return (int) recurrent.size(0);
  }

  /** The bias once for each example. */
  void spreadBias(Gates to, int examples) {
    float[] values = HostArrays.floats(bias);
    int unit = 0;
    for (float[] block : to.blocks()) {
      for (int i = 0; i < units(); i++) {
        Arrays.fill(block, i * examples, (i + 1) * examples, values[unit++]);
      }
    }
  }

  /** Fills the bias with the sums over the examples. */
  void sumBias(Gates from, int examples) {
    float[] sums = new float[4 * units()];
    int unit = 0;
    for (float[] block : from.blocks()) {
      for (int i = 0; i < units(); i++) {
        float sum = 0f;
        for (int example = 0; example < examples; example++) {
          sum += block[i * examples + example];
        }
        sums[unit++] = sum;
      }
    }
    HostArrays.copy(sums, bias);
  }

  /** Input weights above recurrent weights: {@code [inputs + units, 4 units]}. */
  float[] joined() {
    float[] above = HostArrays.floats(input);
    float[] below = HostArrays.floats(recurrent);
    float[] joined = new float[above.length + below.length];
    int rows = inputs() + units();
    for (int column = 0; column < 4 * units(); column++) {
      System.arraycopy(above, column * inputs(), joined, column * rows, inputs());
      System.arraycopy(below, column * units(), joined, column * rows + inputs(), units());
    }
    return joined;
  }

  /** Fills the weights from what {@link #joined} would give. */
  void setJoined(float[] joined) {
    float[] above = new float[inputs() * 4 * units()];
    float[] below = new float[units() * 4 * units()];
    int rows = inputs() + units();
    for (int column = 0; column < 4 * units(); column++) {
      System.arraycopy(joined, column * rows, above, column * inputs(), inputs());
      System.arraycopy(joined, column * rows + inputs(), below, column * units(), units());
    }
    HostArrays.copy(above, input);
    HostArrays.copy(below, recurrent);
  }
}
