/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GaussLegendreTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 32, 33, 512})
  void isExactForPolynomialsOfTwiceItsNodesLessOne(int count) {
    GaussLegendre rule = GaussLegendre.of(count);
    for (int degree = 0; degree < Math.min(2 * count, 60); degree++) {
      double integral = 0;
      for (int i = 0; i < count; i++) {
        integral += rule.weights()[i] * Math.pow(rule.nodes()[i], degree);
      }
      assertEquals(1.0 / (degree + 1), integral, 1e-13, "degree " + degree);
    }
  }

  @Test
  void nodesRiseWithinTheInterval() {
    double[] nodes = GaussLegendre.of(64).nodes();
    double[] sorted = nodes.clone();
    Arrays.sort(sorted);
    assertTrue(Arrays.equals(sorted, nodes));
    assertTrue(nodes[0] > 0 && nodes[63] < 1);
    assertEquals(0.5 - 0.5 / Math.sqrt(3), GaussLegendre.of(2).nodes()[0], 1e-15);
  }
}
