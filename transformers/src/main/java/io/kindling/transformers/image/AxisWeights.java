/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers.image;

/**
 * Which input samples, with which weights, make each output sample along one axis of an image.
 *
 * <p>Sample {@code i} lies at {@code i + 0.5}. Where the axis shrinks, an output sample is the
 * average of the stretch of input that it covers, partly covered samples counting by their part
 * (OpenCV's {@code INTER_AREA}); where it grows, it is interpolated linearly between the two
 * nearest input samples, the border repeated ({@code INTER_LINEAR}).
 */
final class AxisWeights {
  private final int taps;
  private final int[] first;
  private final float[] weights;

  /**
   * @param size samples of the input
   * @param offset where the stretch to be scaled begins, in input samples
   * @param length how long that stretch is, in input samples
   * @param outSize samples that it becomes
   */
  AxisWeights(int size, double offset, double length, int outSize) {
    double scale = length / outSize;
    boolean shrinks = scale > 1;
    taps = Math.min(size, shrinks ? (int) Math.ceil(scale) + 1 : 2);
    first = new int[outSize];
    weights = new float[outSize * taps];
    for (int i = 0; i < outSize; i++) {
      if (shrinks) {
        average(i, size, offset + i * scale, offset + (i + 1) * scale);
      } else {
        interpolate(i, size, offset + (i + 0.5) * scale - 0.5);
      }
    }
  }

  private void average(int i, int size, double from, double to) {
    first[i] = Math.max(0, Math.min((int) Math.floor(from), size - taps));
    for (int t = 0; t < taps; t++) {
      int sample = first[i] + t;
      double covered = Math.min(to, sample + 1.0) - Math.max(from, sample);
      weights[i * taps + t] = (float) (Math.max(0, covered) / (to - from));
    }
  }

  private void interpolate(int i, int size, double position) {
    double inside = Math.max(0, Math.min(position, size - 1.0));
    first[i] = Math.min((int) inside, size - taps);
    float second = (float) (inside - first[i]);
    weights[i * taps] = taps == 1 ? 1 : 1 - second;
    if (taps > 1) {
      weights[i * taps + 1] = second;
    }
  }

  /** Input samples to each output sample. */
  int taps() {
    return taps;
  }

  /** The first input sample of an output sample; the others follow it. */
  int first(int i) {
    return first[i];
  }

  /** The weight of an output sample's tap; all of an output sample make 1. */
  float weight(int i, int tap) {
    return weights[i * taps + tap];
  }
}
