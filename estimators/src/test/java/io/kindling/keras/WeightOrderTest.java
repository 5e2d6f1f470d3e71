/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class WeightOrderTest {
  /** Values that tell their place: digits are the indices. */
  private static float[] places(int... shape) {
    float[] values = new float[java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      int rest = i;
      int digits = 0;
      int unit = 1;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        digits += unit * (rest % shape[axis]);
        rest /= shape[axis];
        unit *= 10;
      }
      values[i] = digits;
    }
    return values;
  }

  @Test
  void exchangesDimensions() {
    assertArrayEquals(
        new float[] {0, 10, 1, 11, 2, 12},
        WeightOrder.transposed(places(2, 3), new int[] {2, 3}, 1, 0));
    float[] turned = WeightOrder.transposed(places(2, 3, 4), new int[] {2, 3, 4}, 2, 0, 1);
    // [4, 2, 3] at 3, 1, 2 is [2, 3, 4] at 1, 2, 3.
    assertEquals(123, turned[(3 * 2 + 1) * 3 + 2]);
  }

  @Test
  void bringsTheChannelsOfAKernelToTheFront() {
    float[] kernel = WeightOrder.conv2d(places(2, 3, 4, 5), new int[] {2, 3, 4, 5});
    // [out 4, in 3, row 1, column 2]
    assertEquals(1234, kernel[((4 * 4 + 3) * 2 + 1) * 3 + 2]);
    float[] separable = WeightOrder.separable(places(2, 3, 4, 2), new int[] {2, 3, 4, 2});
    // [multiplier 1, in 3, row 1, column 2]
    assertEquals(1231, separable[((1 * 4 + 3) * 2 + 1) * 3 + 2]);
  }

  @Test
  void turnsAKernelOfTheano() {
    float[] kernel = WeightOrder.turned(places(2, 3, 1, 2), new int[] {2, 3, 1, 2});
    assertArrayEquals(new float[] {1200, 1201, 1100, 1101}, java.util.Arrays.copyOf(kernel, 4));
    assertArrayEquals(places(2, 3, 1, 2), WeightOrder.turned(kernel, new int[] {2, 3, 1, 2}));
  }

  @Test
  void ordersTheGatesOfAnLstm() {
    // Two rows of two units: input 0 1, forget 2 3, candidate 4 5, output 6 7.
    float[] weights = {0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17};
    assertArrayEquals(
        new float[] {4, 5, 2, 3, 6, 7, 0, 1, 14, 15, 12, 13, 16, 17, 10, 11},
        WeightOrder.lstm(weights, 2));
  }

  @Test
  void takesThePlanesOfAFlattenedImageOneAfterAnother() {
    int[] order = WeightOrder.flattened(2, 3, 2);
    assertArrayEquals(new int[] {0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11}, order);
    assertArrayEquals(
        new float[] {0, 1, 20, 21, 40, 41},
        java.util.Arrays.copyOf(WeightOrder.rows(places(12, 2).clone(), order), 6),
        "rows of a dense layer's kernel");
  }
}
