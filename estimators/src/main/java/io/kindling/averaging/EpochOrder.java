/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.shards.ExampleStore;
import io.kindling.shards.Seeds;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;

/** The shuffled order of an epoch. */
public final class EpochOrder {
  /** Minibatches whose examples are sorted by length together. */
  private static final int SORTED = 50;

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

  /**
   * The order in which a worker takes its training examples in an epoch: a random permutation; with
   * bucketing one in which the examples of a minibatch are of similar length, the minibatches again
   * in random order. That order is the same for all workers, so that those of a round, for which
   * all of them wait, are of similar length, too.
   *
   * @param epoch from 0
   */
  public static int[] of(ExampleStore examples, ReplicaSpec spec, int worker, int epoch) {
    int[] order = of(examples.size(), Seeds.mix(spec.seed(), worker, epoch, 3));
    if (!spec.bucketing()) {
      return order;
    }
    int batch = spec.batchSize();
    long window = (long) SORTED * batch;
    for (long start = 0; start < order.length; start += window) {
      sortByLength(examples, order, (int) start, (int) Math.min(order.length, start + window));
    }
    // The last one, which may be smaller, stays the last.
    Integer[] places = new Integer[order.length / batch];
    Arrays.setAll(places, place -> place);
    Arrays.sort(places, Comparator.comparingLong(place -> Seeds.mix(spec.seed(), epoch, place, 4)));
    int[] bucketed = order.clone();
    for (int i = 0; i < places.length; i++) {
      System.arraycopy(order, places[i] * batch, bucketed, i * batch, batch);
    }
    return bucketed;
  }

  /** All examples, the shortest first. */
  static int[] byLength(ExampleStore examples) {
    int[] order = new int[examples.size()];
    Arrays.setAll(order, index -> index);
    sortByLength(examples, order, 0, order.length);
    return order;
  }

  private static void sortByLength(ExampleStore examples, int[] order, int from, int to) {
    // Length before place, so that it is stable without objects.
    long[] keys = new long[to - from];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (long) examples.bytes(order[from + i]) << Integer.SIZE | i;
    }
    Arrays.sort(keys);
    int[] sorted = new int[keys.length];
    for (int i = 0; i < keys.length; i++) {
      sorted[i] = order[from + (int) keys[i]];
    }
    System.arraycopy(sorted, 0, order, from, sorted.length);
  }
}
