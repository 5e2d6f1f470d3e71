/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One array of a layer's weights.
 *
 * @param name as the file has it, such as {@code conv2d/kernel:0}
 * @param shape its dimensions, as Keras has them
 * @param data reads its values, row by row, the last dimension fastest: only once its shape is
 *     found to be the one that is wanted, for a file may claim any
 */
@SuppressWarnings("ArrayRecordComponent") // a value that is moved, never compared
record KerasWeight(String name, int[] shape, Supplier<float[]> data) {
  /** Reads the values. */
  float[] values() {
    return data.get();
  }

  /** The last part of the name, without the number that TensorFlow adds: {@code kernel}. */
  String shortName() {
    String last = name.substring(name.lastIndexOf('/') + 1);
    int number = last.indexOf(':');
    return number < 0 ? last : last.substring(0, number);
  }

  boolean hasShape(int... wanted) {
    return Arrays.equals(shape, wanted);
  }

  /** As {@code 3x3x1x32}. */
  static String shown(int... shape) {
    return shape.length == 0
        ? "no dimensions"
        : Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining("x"));
  }
}
