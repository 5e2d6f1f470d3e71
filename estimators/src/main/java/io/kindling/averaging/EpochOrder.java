/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import java.util.SplittableRandom;

/** The shuffled order of an epoch. */
public final class EpochOrder {
  private EpochOrder() {}

  /** A random permutation of 0 to {@code size - 1} (Fisher and Yates), the same for a seed. */
  public static int[] of(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }
}
