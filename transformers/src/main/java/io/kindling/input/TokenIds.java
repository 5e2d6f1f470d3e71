/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

/**
 * The token ids of a text.
 *
 * @param values the ids, padding among them; not copied
 * @param start the index of the first that is real
 * @param length how many are real
 */
@SuppressWarnings("ArrayRecordComponent") // a value that is read, never compared
public record TokenIds(int[] values, int start, int length) {
  /** Ids of which all are real. */
  public static TokenIds of(int... values) {
    return new TokenIds(values, 0, values.length);
  }
}
