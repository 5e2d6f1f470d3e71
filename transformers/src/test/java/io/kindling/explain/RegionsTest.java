/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.input.InputSpec;
import io.kindling.input.PixelScaling;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegionsTest {
  @ParameterizedTest
  @CsvSource({"28, 28, 0, 16", "5, 9, 3, 9", "4, 4, 9, 16", "1, 1, 0, 1", "7, 30, 0, 1"})
  void squaresCoverEveryPixel(int height, int width, int size, int pixels) {
    InputSpec spec = InputSpec.image(1, height, width, PixelScaling.unit(1));
    List<int[]> regions = Regions.of(spec, 1, size);
    boolean[] covered = new boolean[height * width];
    for (int[] region : regions) {
      assertEquals(pixels, region.length);
      for (int pixel : region) {
        covered[pixel] = true;
      }
    }
    for (boolean one : covered) {
      assertTrue(one);
    }
  }

  @Test
  void windowsOfStepsOverlapByHalf() {
    List<int[]> windows = Regions.of(InputSpec.sequence(2), 7, 4);
    assertEquals(3, windows.size());
    assertArrayEquals(new int[] {0, 1, 2, 3}, windows.get(0));
    assertArrayEquals(new int[] {2, 3, 4, 5}, windows.get(1));
    assertArrayEquals(new int[] {3, 4, 5, 6}, windows.get(2));
  }

  @Test
  void wordsAndValuesAreCoveredOneByOne() {
    assertEquals(5, Regions.of(InputSpec.tokens(9), 5, 3).size());
    assertEquals(4, Regions.of(InputSpec.vector(4), 1, 3).size());
  }
}
