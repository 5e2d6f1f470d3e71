/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.recurrent;

/**
 * The arithmetic of an LSTM's gates, value by value over plain arrays. Each loop is simple and
 * reads each array at its own index, so that the JVM makes vector instructions of it: tanh takes
 * half a nanosecond a value, {@code Math.tanh} twenty. With two gates in one array, or two results
 * in one loop, it does not (JDK 17).
 */
final class GateLoops {
  /** Beyond it tanh is 1 or -1 but for 3e-7. */
  private static final float SATURATION = 7.9f;

  private GateLoops() {}

  /**
   * tanh as {@code x p(x^2) / q(x^2)}, p and q of degree 5 and 3, fitted to the least largest
   * relative error where it is not saturated: within 4e-7 of the truth, absolutely and relatively,
   * and never beyond 1. NaN stays NaN.
   */
  static float tanh(float value) {
    float x = Math.max(-SATURATION, Math.min(SATURATION, value));
    float x2 = x * x;
    float p = 2.4105683e-11f;
    p = p * x2 - 1.4906464e-08f;
    p = p * x2 + 9.939269e-06f;
    p = p * x2 + 2.9921068e-03f;
    p = p * x2 + 1.298492e-01f;
    p = p * x2 + 1f;
    float q = 2.3808813e-04f;
    q = q * x2 + 2.4053134e-02f;
    q = q * x2 + 4.6318236e-01f;
    q = q * x2 + 1f;
    return x * p / q;
  }

  private static float sigmoid(float value) {
    return 0.5f * tanh(0.5f * value) + 0.5f;
  }

  /** Pre-activations without bias become gates, in place. */
  static void open(Gates gates, Gates bias, int length) {
    tanh(gates.input(), bias.input(), length);
    sigmoid(gates.forget(), bias.forget(), length);
    sigmoid(gates.output(), bias.output(), length);
    sigmoid(gates.modulation(), bias.modulation(), length);
  }

  private static void tanh(float[] gate, float[] bias, int length) {
    for (int i = 0; i < length; i++) {
      gate[i] = tanh(gate[i] + bias[i]);
    }
  }

  private static void sigmoid(float[] gate, float[] bias, int length) {
    for (int i = 0; i < length; i++) {
      gate[i] = sigmoid(gate[i] + bias[i]);
    }
  }

  /** {@code cell = forget * before + modulation * input}. */
  static void cell(Gates gates, float[] before, float[] cell, int length) {
    cell(gates.input(), gates.forget(), gates.modulation(), before, cell, length);
  }

  private static void cell(
      float[] input, float[] forget, float[] modulation, float[] before, float[] cell, int length) {
    for (int i = 0; i < length; i++) {
      cell[i] = forget[i] * before[i] + modulation[i] * input[i];
    }
  }

  /** {@code to = tanh(from)}. */
  static void tanhOf(float[] from, float[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] = tanh(from[i]);
    }
  }

  /** {@code to = a * b}. */
  static void multiply(float[] a, float[] b, float[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] = a[i] * b[i];
    }
  }

  /** {@code to += from}. */
  static void add(float[] from, float[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] += from[i];
    }
  }

  /** {@code to += from}. */
  static void add(Gates from, Gates to, int length) {
    add(from.input(), to.input(), length);
    add(from.forget(), to.forget(), length);
    add(from.output(), to.output(), length);
    add(from.modulation(), to.modulation(), length);
  }

  /** Multiplies the values of each unit, one for each example, with the examples' mask. */
  static void mask(float[] values, float[] mask, int examples, int length) {
    for (int start = 0; start < length; start += examples) {
      for (int i = 0; i < examples; i++) {
        values[start + i] *= mask[i];
      }
    }
  }

  /**
   * Adds to the cell's gradient, which came from the step after, that through this step's output.
   */
  static void cellGradient(
      Gates gates, float[] cellTanh, float[] outputGradient, float[] cellGradient, int length) {
    float[] gate = gates.output();
    for (int i = 0; i < length; i++) {
      cellGradient[i] += outputGradient[i] * gate[i] * (1f - cellTanh[i] * cellTanh[i]);
    }
  }

  /** Gradients of the four pre-activations. */
  static void gateGradients(
      Gates gates,
      float[] before,
      float[] cellTanh,
      float[] outputGradient,
      float[] cellGradient,
      Gates gradients,
      int length) {
    inputGradient(gates.input(), gates.modulation(), cellGradient, gradients.input(), length);
    gateGradient(gates.forget(), before, cellGradient, gradients.forget(), length);
    gateGradient(gates.output(), cellTanh, outputGradient, gradients.output(), length);
    gateGradient(gates.modulation(), gates.input(), cellGradient, gradients.modulation(), length);
  }

  private static void inputGradient(
      float[] input, float[] modulation, float[] gradient, float[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] = gradient[i] * modulation[i] * (1f - input[i] * input[i]);
    }
  }

  /**
   * Of a sigmoid gate.
   *
   * @param gated what it multiplies
   * @param gradient of the product
   */
  private static void gateGradient(
      float[] gate, float[] gated, float[] gradient, float[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] = gradient[i] * gated[i] * gate[i] * (1f - gate[i]);
    }
  }
}
