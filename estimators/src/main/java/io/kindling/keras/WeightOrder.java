/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

/**
 * Weights from Keras's layouts into Deeplearning4j's. Arrays are read and given row by row, the
 * last dimension fastest; none is changed.
 */
final class WeightOrder {
  /** Keras's gates of an LSTM: input, forget, candidate, output. Deeplearning4j's, by those. */
  private static final int[] LSTM_GATES = {2, 1, 3, 0};

  private WeightOrder() {}

  /**
   * Exchanges dimensions.
   *
   * @param shape of {@code values}
   * @param axes for each dimension of the outcome, which of {@code shape} it is
   */
  static float[] transposed(float[] values, int[] shape, int... axes) {
    int rank = shape.length;
    int[] strides = new int[rank];
    int stride = 1;
    for (int axis = rank - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    float[] out = new float[values.length];
    int[] index = new int[rank];
    int from = 0;
    for (int to = 0; to < out.length; to++) {
      out[to] = values[from];
      for (int place = rank - 1; place >= 0; place--) {
        int step = strides[axes[place]];
        from += step;
        if (++index[place] < shape[axes[place]]) {
          break;
        }
        from -= step * index[place];
        index[place] = 0;
      }
    }
    return out;
  }

  /**
   * A convolution's kernel {@code [height, width, in, out]} as {@code [out, in, height, width]}.
   */
  static float[] conv2d(float[] kernel, int[] shape) {
    return transposed(kernel, shape, 3, 2, 0, 1);
  }

  /**
   * The depthwise kernel of a separable convolution, {@code [height, width, in, multiplier]}, as
   * {@code [multiplier, in, height, width]}.
   */
  static float[] separable(float[] kernel, int[] shape) {
    return transposed(kernel, shape, 3, 2, 0, 1);
  }

  /** Turns a kernel {@code [height, width, in, out]} by half a turn, as Theano slides it. */
  static float[] turned(float[] kernel, int[] shape) {
    int size = Math.max(1, shape[2] * shape[3]);
    int places = kernel.length / size;
    float[] out = new float[kernel.length];
    for (int place = 0; place < places; place++) {
      System.arraycopy(kernel, (places - 1 - place) * size, out, place * size, size);
    }
    return out;
  }

  /**
   * An LSTM's weights {@code [rows, 4 units]} with the gates in Deeplearning4j's order: candidate,
   * forget, output, input. The bias is one row.
   */
  static float[] lstm(float[] weights, int units) {
    int row = LSTM_GATES.length * units;
    float[] out = new float[weights.length];
    for (int begin = 0; begin < weights.length; begin += row) {
      for (int gate = 0; gate < LSTM_GATES.length; gate++) {
        System.arraycopy(
            weights, begin + LSTM_GATES[gate] * units, out, begin + gate * units, units);
      }
    }
    return out;
  }

  /**
   * Where each value of a flattened image comes from: Deeplearning4j has its planes one after
   * another, Keras its pixels.
   *
   * @return for each place, the one in Keras's row
   */
  static int[] flattened(int height, int width, int channels) {
    int pixels = height * width;
    int[] order = new int[pixels * channels];
    int to = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int pixel = 0; pixel < pixels; pixel++) {
        order[to++] = pixel * channels + channel;
      }
    }
    return order;
  }

  /**
   * Rows in another order.
   *
   * @param order for each row, which of {@code values} it is; null for the same
   */
  static float[] rows(float[] values, int[] order) {
    if (order == null) {
      return values;
    }
    int row = values.length / order.length;
    float[] out = new float[values.length];
    for (int to = 0; to < order.length; to++) {
      System.arraycopy(values, order[to] * row, out, to * row, row);
    }
    return out;
  }
}
