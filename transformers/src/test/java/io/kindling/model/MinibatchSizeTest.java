/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MinibatchSizeTest {
  /** Of examples alike, such as images. */
  private static List<Integer> minibatches(MinibatchSize size, int examples) {
    List<Integer> counts = new ArrayList<>();
    for (int left = examples; left > 0; left -= counts.get(counts.size() - 1)) {
      counts.add(size.next(left, 1));
    }
    return counts;
  }

  @Test
  void minibatchesAreAboutAsLargeAsSuitsAndAlike() {
    MinibatchSize size = new MinibatchSize(1000, 10, 1110);
    assertEquals(List.of(128, 128), minibatches(size, 256));
    assertEquals(List.of(166), minibatches(size, 166));
    assertEquals(List.of(84, 83), minibatches(size, 167));
    assertEquals(List.of(111, 111, 111), minibatches(size, 333));
    assertEquals(List.of(7), minibatches(size, 7));
  }

  @Test
  void neverMoreThanAsked() {
    assertEquals(List.of(100, 100, 56), minibatches(MinibatchSize.of(100), 256));
    assertEquals(List.of(120, 120, 16), minibatches(new MinibatchSize(120, 10, 1110), 256));
  }
}
