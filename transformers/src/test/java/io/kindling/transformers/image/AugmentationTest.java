/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AugmentationTest {
  private static final int SIZE = 9;

  @Test
  void offItCopies() {
    byte[] image = random(SIZE * SIZE * 3);
    assertTrue(Augmentation.NONE.changesNothing());
    assertArrayEquals(image, change(Augmentation.NONE, image, 3, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4})
  void mirrorsEveryOtherImageWhole(int channels) {
    Augmentation flip = new Augmentation(true, 0, 0, 0);
    byte[] image = random(SIZE * SIZE * channels);
    byte[] mirrored = new byte[image.length];
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        for (int c = 0; c < channels; c++) {
          mirrored[(y * SIZE + x) * channels + c] = image[(y * SIZE + SIZE - 1 - x) * channels + c];
        }
      }
    }
    int flipped = 0;
    for (int seed = 0; seed < 1000; seed++) {
      byte[] out = change(flip, image, channels, seed);
      boolean isMirrored = Arrays.equals(mirrored, out);
      flipped += isMirrored ? 1 : 0;
      assertArrayEquals(isMirrored ? mirrored : image, out);
    }
    assertTrue(flipped > 440 && flipped < 560, "flipped " + flipped + " of 1000");
  }

  @Test
  void movesByWholePixelsUpToItsShareAndRepeatsTheBorder() {
    // Each value tells its place; 9 * 0.25 is 2.25: at most 2 pixels to each side.
    byte[] image = new byte[SIZE * SIZE];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) i;
    }
    Set<Integer> moves = new HashSet<>();
    for (int seed = 0; seed < 1000; seed++) {
      byte[] out = change(new Augmentation(false, 0.25, 0, 0), image, 1, seed);
      int middle = out[4 * SIZE + 4];
      int down = 4 - middle / SIZE;
      int right = 4 - middle % SIZE;
      moves.add(10 * down + right);
      for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
          int row = Math.max(0, Math.min(SIZE - 1, y - down));
          int column = Math.max(0, Math.min(SIZE - 1, x - right));
          assertEquals(row * SIZE + column, out[y * SIZE + x]);
        }
      }
    }
    assertEquals(25, moves.size());
    assertTrue(moves.contains(22) && moves.contains(-22));
  }

  @Test
  void aQuarterTurnIsExact() {
    // A seed whose draw is nearly a full turn to the side: scaled to 90 degrees.
    byte[] image = random(SIZE * SIZE);
    long seed = 0;
    double draw;
    do {
      draw = 2 * Draws.even(++seed, 3) - 1;
    } while (draw < 0.6);
    byte[] out = change(new Augmentation(false, 0, 90 / draw, 0), image, 1, seed);
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        assertEquals(image[(SIZE - 1 - x) * SIZE + y], out[y * SIZE + x], 1.0);
      }
    }
  }

  @Test
  void turningLeavesOneColourThatColour() {
    byte[] image = new byte[SIZE * SIZE * 3];
    Arrays.fill(image, (byte) 201);
    for (int seed = 0; seed < 100; seed++) {
      assertArrayEquals(image, change(new Augmentation(true, 0.3, 180, 0), image, 3, seed));
    }
  }

  @Test
  void brightnessMultipliesWithinItsRangeAndLeavesAlphaAlone() {
    byte[] image = {100, (byte) 200, 0, 77};
    int least = 255;
    int most = 0;
    for (int seed = 0; seed < 1000; seed++) {
      byte[] out = new byte[4];
      new Augmentation(false, 0, 0, 0.5).apply(image, 0, 1, 1, 4, seed, out, 0);
      int value = out[0] & 0xff;
      least = Math.min(least, value);
      most = Math.max(most, value);
      assertEquals(Math.min(255, 2 * value), out[1] & 0xff, 1.0);
      assertEquals(0, out[2]);
      assertEquals(77, out[3]);
    }
    assertEquals(50, least, 1.0);
    assertEquals(150, most, 1.0);
  }

  @Test
  void theSeedAloneDecides() {
    Augmentation all = new Augmentation(true, 0.2, 20, 0.2);
    byte[] image = random(SIZE * SIZE * 3);
    Set<Integer> results = new HashSet<>();
    for (int seed = 0; seed < 50; seed++) {
      byte[] once = change(all, image, 3, seed);
      assertArrayEquals(once, change(all, image, 3, seed));
      results.add(Arrays.hashCode(once));
    }
    assertEquals(50, results.size());
  }

  @Test
  void readsAndWritesOnlyTheImageAtTheOffsets() {
    Augmentation all = new Augmentation(true, 0.4, 45, 0.2);
    int length = 4 * 6 * 3;
    byte[] image = random(length);
    for (int seed = 0; seed < 100; seed++) {
      byte[] alone = new byte[length];
      all.apply(image, 0, 4, 6, 3, seed, alone, 0);
      byte[] in = random(length + 20);
      System.arraycopy(image, 0, in, 7, length);
      byte[] out = new byte[length + 20];
      all.apply(in, 7, 4, 6, 3, seed, out, 11);
      for (int i = 0; i < out.length; i++) {
        boolean inside = i >= 11 && i < 11 + length;
        assertEquals(inside ? alone[i - 11] : 0, out[i]);
      }
    }
  }

  @Test
  void anImageOfOnePixelSurvives() {
    byte[] out = new byte[1];
    new Augmentation(true, 0.9, 180, 0).apply(new byte[] {42}, 0, 1, 1, 1, 3, out, 0);
    assertEquals(42, out[0]);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 0, 'shift must be in [0, 1), it is 1.0'",
    "NaN, 0, 0, 'shift must be in [0, 1), it is NaN'",
    "0, 181, 0, 'rotation must be in [0, 180], it is 181.0'",
    "0, 0, -0.1, 'brightness must be in [0, 1], it is -0.1'"
  })
  void refusesNumbersOutOfRange(double shift, double rotation, double brightness, String message) {
    assertEquals(
        message,
        assertThrows(
                IllegalArgumentException.class,
                () -> new Augmentation(false, shift, rotation, brightness))
            .getMessage());
  }

  @Test
  void seedsOfTwoDependOnBoth() {
    assertFalse(Draws.seed(1, 2) == Draws.seed(2, 1));
    assertFalse(Draws.seed(1, "a") == Draws.seed(1, "b"));
    assertEquals(Draws.seed(1, "image7"), Draws.seed(1, "image7"));
    assertFalse(Draws.seed(1, new byte[] {1, 0}) == Draws.seed(1, new byte[] {0, 1}));
  }

  private static byte[] change(Augmentation how, byte[] image, int channels, long seed) {
    byte[] out = new byte[image.length];
    how.apply(image, 0, SIZE, SIZE, channels, seed, out, 0);
    return out;
  }

  private static byte[] random(int length) {
    byte[] data = new byte[length];
    new Random(length).nextBytes(data);
    return data;
  }
}
