/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers.sequence;

import static io.kindling.input.SequenceColumn.PADDING_ID;

import io.kindling.input.TokenIds;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Which steps of a sequence stay, and where they lie in one of fixed length.
 *
 * @param length steps of the result, at least 1
 * @param truncating the end at which a longer sequence loses steps
 * @param padding the end at which a shorter one is filled up
 */
public record Window(int length, End truncating, End padding) implements Serializable {

  /**
   * The ids of a text, brought to the length. Padding at either end of them is no step.
   *
   * @return {@code length} ids, and which of them are real
   */
  public TokenIds of(int[] ids) {
    int first = 0;
    int end = ids.length;
    while (end > 0 && ids[end - 1] == PADDING_ID) {
      end--;
    }
    while (first < end && ids[first] == PADDING_ID) {
      first++;
    }
    int steps = end - first;
    int[] values = new int[length];
    System.arraycopy(ids, first + from(steps), values, start(steps), kept(steps));
    return new TokenIds(values, start(steps), kept(steps));
  }

  /** The steps that stay of a series of numbers, none of them padding. */
  public float[][] of(float[][] steps) {
    int from = from(steps.length);
    return Arrays.copyOfRange(steps, from, from + kept(steps.length));
  }

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
