/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.io.Serializable;

/**
 * Where the time of averaging rounds went, in seconds, and what they sent. What workers do is the
 * mean over them, so that the parts add up to the whole.
 *
 * @param rounds how many
 * @param total from the begin of each to its end, on the driver's clock
 * @param schedule Spark's part: launching tasks and collecting results
 * @param broadcast handing the state to Spark
 * @param load reading the state and filling the replica
 * @param fit training steps
 * @param serialise taking the state out of the replica and making it ready to travel
 * @param await for the slowest worker
 * @param reduce fetching and averaging slices
 * @param sentBytes parameters and optimizer state that workers sent one another, as they traveled;
 *     frozen layers have no part in it
 */
public record RoundLedger(
    long rounds,
    double total,
    double schedule,
    double broadcast,
    double load,
    double fit,
    double serialise,
    double await,
    double reduce,
    long sentBytes)
    implements Serializable {
  /** Of no round. */
  public static final RoundLedger EMPTY = new RoundLedger(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Both together. */
  public RoundLedger plus(RoundLedger other) {
    return new RoundLedger(
        rounds + other.rounds,
        total + other.total,
        schedule + other.schedule,
        broadcast + other.broadcast,
        load + other.load,
        fit + other.fit,
        serialise + other.serialise,
        await + other.await,
        reduce + other.reduce,
        sentBytes + other.sentBytes);
  }

  /** The share of {@link #total} that the parts explain. */
  public double accounted() {
    return (schedule + broadcast + load + fit + serialise + await + reduce) / total;
  }

  /** The share of {@link #total} that was no training step. */
  public double overhead() {
    return 1 - fit / total;
  }
}
