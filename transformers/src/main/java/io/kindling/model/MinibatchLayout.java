/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

/**
 * How examples lie in a minibatch, so that what a network gives for one is the same to the bit
 * whatever other examples are scored with it.
 *
 * <p>A matrix product sums in another order for the rows at its ends, and for those left over where
 * their number is no multiple of the processor's vectors. So minibatches are filled up to a
 * multiple, and rows that are nobody's stand at both ends. {@link LayoutProbe} finds out which
 * layout does it for a network on this processor.
 *
 * @param multiple rows of a minibatch are a multiple of this
 * @param guard rows that are nobody's at each end, but in a minibatch of {@code multiple} rows
 * @param mostRows that a minibatch may have, all told
 * @param exact whether the probe found examples independent of each other; else their results agree
 *     to rounding
 */
record MinibatchLayout(int multiple, int guard, int mostRows, boolean exact) {
  /** Examples one after the other, for networks that no layout makes exact. */
  static MinibatchLayout plain(int mostRows) {
    return new MinibatchLayout(1, 0, mostRows, false);
  }

  /** The rows of a minibatch of so many examples. */
  int rows(int examples) {
    int filled = (examples + multiple - 1) / multiple * multiple;
    return filled <= multiple ? filled : filled + 2 * guard;
  }

  /** The row of the first of so many examples; the others follow. */
  int first(int examples) {
    return examples <= multiple ? 0 : guard;
  }

  /** The most examples that a minibatch takes. */
  int mostExamples() {
    return Math.max(multiple, (mostRows - 2 * guard) / multiple * multiple);
  }
}
