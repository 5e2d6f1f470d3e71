/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.checkpoint;

/**
 * What the rounds of an epoch add up to so far.
 *
 * @param examples trained on
 * @param minibatches summed over the workers
 * @param lossSum the minibatches' mean losses, each times its examples
 * @param seconds spent in rounds
 */
public record RunningEpoch(long examples, long minibatches, double lossSum, double seconds) {
  /** An epoch that has not begun. */
  public static final RunningEpoch NONE = new RunningEpoch(0, 0, 0, 0);
}
