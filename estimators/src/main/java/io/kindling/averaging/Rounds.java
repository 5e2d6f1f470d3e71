/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

/** A way to run rounds on Spark. All ways give the same state, to the bit. */
interface Rounds extends AutoCloseable {
  /**
   * Runs one round or more of an epoch.
   *
   * @param state where the first begins
   * @param epoch from 0
   * @param first round within the epoch, from 0
   * @param end the round before which to stop at the latest
   */
  RoundsOutcome run(TrainingState state, int epoch, int first, int end);

  @Override
  default void close() {}
}
