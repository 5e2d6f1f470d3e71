/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

/** Seeds for the many random draws of a training, each a function of where it happens. */
public final class Seeds {
  private Seeds() {}

  /** A seed for one place (an epoch, a worker, a minibatch), far from those of its neighbours. */
  public static long mix(long seed, long... place) {
    long mixed = scramble(seed + 0x9e3779b97f4a7c15L);
    for (long coordinate : place) {
      mixed = scramble(mixed ^ scramble(coordinate + 0x9e3779b97f4a7c15L));
    }
    return mixed;
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
  private static long scramble(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
