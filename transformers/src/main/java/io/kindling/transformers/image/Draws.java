/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers.image;

/**
 * Random numbers that depend on nothing but a seed and a position: no state, so the same on every
 * partitioning. The mixing is SplitMix64's (Steele, Lea, Flood 2014).
 */
public final class Draws {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private Draws() {}

  /** A seed made of two, each bit of which depends on each bit of both. */
  public static long seed(long seed, long other) {
    return mixed(mixed(seed + GOLDEN) + other * GOLDEN);
  }

  /** A seed made of one and a text, such as an image's origin. */
  public static long seed(long seed, CharSequence text) {
    long hash = seed;
    for (int i = 0; i < text.length(); i++) {
      hash = seed(hash, text.charAt(i));
    }
    return hash;
  }

  /** A seed made of one and bytes, such as an image's pixels. */
  public static long seed(long seed, byte[] bytes) {
    long hash = seed;
    for (byte b : bytes) {
      hash = seed(hash, b);
    }
    return hash;
  }

  /** The seed's n-th number, evenly from 0 to below 1. */
  static double even(long seed, int n) {
    return (mixed(seed + (n + 1) * GOLDEN) >>> 11) * 0x1.0p-53;
  }

  private static long mixed(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }
}
