/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.recurrent;

/**
 * The arithmetic of an LSTM's gates, value by value over plain arrays. The loops are short and
 * simple so that the JVM makes vector instructions of them: tanh takes half a nanosecond a value,
 * {@code Math.tanh} twenty. Arrays of gates hold four blocks of the same length, in
 * Deeplearning4j's order: input (tanh), forget, output, input modulation (all sigmoid).
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
  static void gates(float[] gates, float[] bias, int length) {
    tanh(gates, bias, length);
    sigmoid(gates, bias, length, 4 * length);
  }

  private static void tanh(float[] gates, float[] bias, int to) {
    for (int i = 0; i < to; i++) {
      gates[i] = tanh(gates[i] + bias[i]);
    }
  }

  private static void sigmoid(float[] gates, float[] bias, int from, int to) {
    for (int i = from; i < to; i++) {
      gates[i] = sigmoid(gates[i] + bias[i]);
    }
  }

  /** {@code cell = forget * before + modulation * input}. */
  static void cell(float[] gates, float[] before, float[] cell, int length) {
    int modulation = 3 * length;
    for (int i = 0; i < length; i++) {
      cell[i] = gates[length + i] * before[i] + gates[modulation + i] * gates[i];
    }
  }

  /** {@code cellTanh = tanh(cell)}, {@code output = gate * cellTanh}. */
  static void output(float[] gates, float[] cell, float[] cellTanh, float[] output, int length) {
    for (int i = 0; i < length; i++) {
      cellTanh[i] = tanh(cell[i]);
    }
    int gate = 2 * length;
    for (int i = 0; i < length; i++) {
      output[i] = gates[gate + i] * cellTanh[i];
    }
  }

  /** {@code to += from}. */
  static void add(float[] from, float[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] += from[i];
    }
  }

  /** Multiplies each run of {@code mask.length} values, the examples of one unit, with the mask. */
  static void mask(float[] values, float[] mask, int examples, int length) {
    for (int start = 0; start < length; start += examples) {
      for (int i = 0; i < examples; i++) {
        values[start + i] *= mask[i];
      }
    }
  }

  /**
   * The cell's own gradient: adds to what came from the step after what came through this step's
   * output.
   */
  static void cellGradient(
      float[] gates, float[] cellTanh, float[] outputGradient, float[] cellGradient, int length) {
    int gate = 2 * length;
    for (int i = 0; i < length; i++) {
      float t = cellTanh[i];
      cellGradient[i] += outputGradient[i] * gates[gate + i] * (1f - t * t);
    }
  }

  /** Gradients of the four pre-activations. */
  static void gateGradients(
      float[] gates,
      float[] before,
      float[] cellTanh,
      float[] outputGradient,
      float[] cellGradient,
      float[] gradients,
      int length) {
    int modulation = 3 * length;
    for (int i = 0; i < length; i++) {
      float input = gates[i];
      gradients[i] = cellGradient[i] * gates[modulation + i] * (1f - input * input);
    }
    for (int i = 0; i < length; i++) {
      float forget = gates[length + i];
      gradients[length + i] = cellGradient[i] * before[i] * forget * (1f - forget);
    }
    int output = 2 * length;
    for (int i = 0; i < length; i++) {
      float gate = gates[output + i];
      gradients[output + i] = outputGradient[i] * cellTanh[i] * gate * (1f - gate);
    }
    for (int i = 0; i < length; i++) {
      float gate = gates[modulation + i];
      gradients[modulation + i] = cellGradient[i] * gates[i] * gate * (1f - gate);
    }
  }

  /** The cell's gradient goes on to the step before. */
  static void forget(float[] gates, float[] cellGradient, int length) {
    for (int i = 0; i < length; i++) {
      cellGradient[i] *= gates[length + i];
    }
  }
}
