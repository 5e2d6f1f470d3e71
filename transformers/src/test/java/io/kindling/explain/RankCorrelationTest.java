/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RankCorrelationTest {
  @Test
  void goesByOrderAlone() {
    assertEquals(1, RankCorrelation.of(new double[] {1, 2, 3}, new double[] {-5, 0, 900}), 1e-12);
    assertEquals(-1, RankCorrelation.of(new double[] {1, 2, 3}, new double[] {9, 1, -7}), 1e-12);
    // 1 - 6 * sum of squared differences of ranks / (n (n^2 - 1)).
    assertEquals(
        1 - 6.0 * 4 / (4 * 15),
        RankCorrelation.of(new double[] {1, 2, 3, 4}, new double[] {2, 1, 4, 3}),
        1e-12);
  }

  @Test
  void equalValuesShareTheirMeanRank() {
    // Ranks 1.5, 1.5, 3 against 1, 2, 3: 1.5 / sqrt(1.5 * 2).
    assertEquals(
        1.5 / Math.sqrt(3),
        RankCorrelation.of(new double[] {4, 4, 7}, new double[] {1, 2, 3}),
        1e-12);
  }

  @Test
  void isNoNumberWhereNothingDiffers() {
    assertTrue(Double.isNaN(RankCorrelation.of(new double[] {1, 1}, new double[] {1, 2})));
    assertTrue(Double.isNaN(RankCorrelation.of(new double[] {3}, new double[] {2})));
  }
}
