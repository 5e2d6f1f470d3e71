/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers.sequence;

import java.io.Serializable;

/**
 * Which steps of a sequence stay, and where they lie in one of fixed length.
 *
 * @param length steps of the result, at least 1
 * @param truncating the end at which a longer sequence loses steps
 * @param padding the end at which a shorter one is filled up
 */
public record Window(int length, End truncating, End padding) implements Serializable {

  /** How many steps stay of so many. */
  public int kept(int steps) {
    return Math.min(steps, length);
  }

  /** The index of the first step that stays. */
  public int from(int steps) {
    return truncating == End.PRE ? steps - kept(steps) : 0;
  }

  /** The index in the result of the first step that stays; 0 where there is none. */
  public int start(int steps) {
    return padding == End.PRE && steps > 0 ? length - kept(steps) : 0;
  }
}
