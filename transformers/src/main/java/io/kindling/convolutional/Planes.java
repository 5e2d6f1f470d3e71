/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.convolutional;

import io.kindling.input.NativeFloats;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;

/**
 * How an array {@code [examples, channels, height, width]} is worked on: some channels at a time,
 * of all examples, so many that what belongs to them stays in the processor's cache.
 *
 * @param plane values of one channel of one example
 * @param blockChannels how many channels a block has; the last one may have fewer
 */
record Planes(int examples, int channels, int plane, int blockChannels) {
  /** Values of an example in a block, where a plane is not more: two are 16 KB. */
  static final int BLOCK = 2048;

  static Planes of(INDArray array) {
    int plane = Math.toIntExact(array.size(2) * array.size(3));
    int channels = (int) array.size(1);
    return new Planes(
        (int) array.size(0), channels, plane, Math.min(channels, Math.max(1, BLOCK / plane)));
  }

  /** The array itself where it lies example by example without gaps, else a copy that does. */
  static INDArray dense(INDArray array) {
    return isDense(array) ? array : array.dup('c');
  }

  static boolean isDense(INDArray array) {
    return array.ordering() == 'c' && Shape.hasDefaultStridesForShape(array);
  }

  /** Values of one channel in all examples. */
  double count() {
    return (double) examples * plane;
  }

  int blockLength() {
    return blockChannels * plane;
  }

  int endOfBlock(int channel) {
    return Math.min(channels, channel + blockChannels);
  }

  int lengthAt(int channel) {
    return (endOfBlock(channel) - channel) * plane;
  }

  /** Reads the block that begins with a channel; returns how many values an example has there. */
  int get(NativeFloats from, int channel, float[][] to) {
    int length = lengthAt(channel);
    for (int example = 0; example < examples; example++) {
      from.get(at(example, channel), to[example], length);
    }
    return length;
  }

  void put(float[][] from, int channel, NativeFloats to) {
    int length = lengthAt(channel);
    for (int example = 0; example < examples; example++) {
      to.put(at(example, channel), from[example], length);
    }
  }

  /** Adds up the values of a block's example by channel. */
  void addByChannel(float[] block, int channel, double[] to) {
    int at = 0;
    for (int c = channel; c < endOfBlock(channel); c++) {
      double sum = 0;
      for (int end = at + plane; at < end; at++) {
        sum += block[at];
      }
      to[c] += sum;
    }
  }

  private long at(int example, int channel) {
    return ((long) example * channels + channel) * plane;
  }
}
