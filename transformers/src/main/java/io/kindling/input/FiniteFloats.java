/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

/** Floats that a network can compute with. */
final class FiniteFloats {
  private FiniteFloats() {}

  /**
   * A number as a float.
   *
   * @param index of the number among those that are {@code where}, for messages
   * @throws BadInputException if it is no finite float
   */
  static float narrow(double value, int index, String where) throws BadInputException {
    float narrowed = (float) value;
    if (!Float.isFinite(narrowed)) {
      throw new BadInputException(
          "element " + index + " of " + where + " is " + value + ", which is no finite float");
    }
    return narrowed;
  }

  /** Writes floats, raw and little-endian, from {@code offset} on, after the same check. */
  static void put(float[] numbers, String where, byte[] out, int offset) throws BadInputException {
    for (int i = 0; i < numbers.length; i++) {
      LittleEndian.putFloat(out, offset + i * Float.BYTES, narrow(numbers[i], i, where));
    }
  }
}
