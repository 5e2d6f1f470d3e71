/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.convolutional;

/**
 * The arithmetic of batch normalization and ReLU, value by value over plain arrays. Each loop reads
 * all its arrays at the same index and has one result, so that the JVM makes vector instructions of
 * it (JDK 17).
 */
final class PlaneLoops {
  private PlaneLoops() {}

  static void addDifferences(float[] values, float[] less, float[] sums, int length) {
    for (int i = 0; i < length; i++) {
      sums[i] += values[i] - less[i];
    }
  }

  static void addSquares(float[] values, float[] less, float[] sums, int length) {
    for (int i = 0; i < length; i++) {
      float difference = values[i] - less[i];
      sums[i] += difference * difference;
    }
  }

  static void add(float[] values, float[] sums, int length) {
    for (int i = 0; i < length; i++) {
      sums[i] += values[i];
    }
  }

  static void addProducts(float[] factors, float[] values, float[] less, float[] sums, int length) {
    for (int i = 0; i < length; i++) {
      sums[i] += factors[i] * (values[i] - less[i]);
    }
  }

  /** {@code values = (values - less) scale + offset}. */
  static void normalize(float[] values, float[] less, float[] scale, float[] offset, int length) {
    for (int i = 0; i < length; i++) {
      values[i] = (values[i] - less[i]) * scale[i] + offset[i];
    }
  }

  /** {@code errors = errors scale + (values - less) slope + offset}. */
  static void combine(
      float[] errors,
      float[] scale,
      float[] values,
      float[] less,
      float[] slope,
      float[] offset,
      int length) {
    for (int i = 0; i < length; i++) {
      errors[i] = errors[i] * scale[i] + (values[i] - less[i]) * slope[i] + offset[i];
    }
  }

  /**
   * Errors become 0 where a value is not above 0. The factor is 1 above 0, also for the smallest
   * value there is, and 0 elsewhere; the 0 that is added makes a 0 of -0. No branch, no vector
   * instruction.
   */
  static void maskByRelu(float[] errors, float[] values, int length) {
    for (int i = 0; i < length; i++) {
      errors[i] = errors[i] * Math.min(1f, Math.max(0f, values[i]) * 1e38f * 1e38f) + 0f;
    }
  }
}
