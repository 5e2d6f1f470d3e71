/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

/**
 * What a replica did in a round.
 *
 * @param examples how many it trained on
 * @param minibatches in how many steps
 * @param lossSum the minibatches' mean losses, each times its examples
 */
record RoundResult(long examples, int minibatches, double lossSum) {
  static final RoundResult NOTHING = new RoundResult(0, 0, 0);
}
