/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kindling.data.image.Pixels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResizingTest {

  @Test
  void shrinkingAveragesTheAreaThatAPixelCovers() {
    Pixels four = grey(2, 4, 0, 10, 100, 200, 20, 30, 0, 101);
    // (0 + 10 + 20 + 30) / 4 and (100 + 200 + 0 + 101) / 4 = 100.25
    assertEquals(grey(1, 2, 15, 100), new Resizing(1, 2, Fit.RESIZE).apply(four));
  }

  @Test
  void shrinkingCountsPartsOfPixels() {
    // Three become two: each covers one and a half.
    Pixels three = grey(1, 3, 0, 90, 240);
    assertEquals(grey(1, 2, 30, 190), new Resizing(1, 2, Fit.RESIZE).apply(three));
  }

  @Test
  void enlargingInterpolatesBetweenPixelCentres() {
    // Centres of the four lie at -0.25, 0.25, 0.75, 1.25 of the two; the border repeats.
    Pixels two = grey(1, 2, 0, 100);
    assertEquals(grey(1, 4, 0, 25, 75, 100), new Resizing(1, 4, Fit.RESIZE).apply(two));
  }

  @Test
  void eachAxisGoesItsOwnWay() {
    Pixels image = grey(4, 1, 0, 10, 20, 30);
    assertEquals(grey(2, 2, 5, 5, 25, 25), new Resizing(2, 2, Fit.RESIZE).apply(image));
  }

  @Test
  void cropKeepsTheMiddleAndTheProportions() {
    Pixels wide = grey(2, 6, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    assertEquals(grey(2, 2, 3, 4, 9, 10), new Resizing(2, 2, Fit.CROP).apply(wide));
    Pixels tall = grey(4, 1, 10, 20, 30, 40);
    assertEquals(grey(1, 2, 25, 25), new Resizing(1, 2, Fit.CROP).apply(tall));
  }

  @Test
  void padPutsTheWholeImageInTheMiddleOfBlack() {
    Pixels wide = grey(1, 3, 7, 8, 9);
    assertEquals(grey(3, 3, 0, 0, 0, 7, 8, 9, 0, 0, 0), new Resizing(3, 3, Fit.PAD).apply(wide));
    Pixels transparent = new Pixels(1, 2, 4, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    assertEquals(
        new Pixels(2, 2, 4, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, -1, 0, 0, 0, -1}),
        new Resizing(2, 2, Fit.PAD).apply(transparent));
  }

  @ParameterizedTest
  @EnumSource(Fit.class)
  void anImageOfTheRightSizeStaysAsItIs(Fit fit) {
    Pixels image = grey(2, 3, 1, 2, 3, 4, 5, 6);
    assertSame(image, new Resizing(2, 3, fit).apply(image));
  }

  @ParameterizedTest
  @EnumSource(
      value = Fit.class,
      names = {"RESIZE", "CROP"})
  void oneColourStaysThatColourInAnySize(Fit fit) {
    for (int size = 1; size < 40; size++) {
      byte[] data = new byte[17 * 23 * 3];
      byte[] wanted = new byte[size * 11 * 3];
      fill(data);
      fill(wanted);
      assertEquals(
          new Pixels(size, 11, 3, wanted),
          new Resizing(size, 11, fit).apply(new Pixels(17, 23, 3, data)),
          "to height " + size);
    }
  }

  @Test
  void extremeProportionsLeaveAtLeastOneRowOfTheImage() {
    Pixels line = grey(1, 100, new int[100]);
    assertEquals(2, new Resizing(2, 2, Fit.PAD).apply(line).height());
    assertEquals(2, new Resizing(2, 2, Fit.CROP).apply(line).height());
    assertEquals(9, new Resizing(50, 50, Fit.RESIZE).apply(grey(1, 1, 9)).at(49, 49, 0));
  }

  @Test
  void refusesASizeOfNothing() {
    assertEquals(
        "an image cannot be 5 x 0",
        assertThrows(IllegalArgumentException.class, () -> new Resizing(0, 5, Fit.PAD))
            .getMessage());
  }

  private static void fill(byte[] data) {
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) (i % 3 == 0 ? 255 : i % 3 == 1 ? 128 : 1);
    }
  }

  private static Pixels grey(int height, int width, int... values) {
    byte[] data = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      data[i] = (byte) values[i];
    }
    return new Pixels(height, width, 1, data);
  }
}
