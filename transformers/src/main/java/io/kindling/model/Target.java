/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.io.Serializable;

/**
 * What a network is trained to predict: one of several classes, or a number. It tells what becomes
 * of a label on its way into a shard and a minibatch, and how predictions are measured.
 */
public sealed interface Target extends Serializable permits ClassTarget, NumberTarget {
  /** The units of the network's output layer. */
  int units();

  /** Why a label cannot be trained on; null where it can. */
  String problem(double label);

  /** A label without a problem, as a shard keeps it. */
  float encode(double label);

  /**
   * Writes what the network is to give for an example.
   *
   * @param encoded its label, as {@link #encode} gives it
   * @param targets {@code [examples, units]}, row by row, zeros where the example's row is
   * @param example its place
   */
  void place(float encoded, float[] targets, int example);

  /** The network's mean loss in terms of the labels, which it may know on another scale. */
  double loss(double ofNetwork);

  /** A new count of predictions, of none so far. */
  PredictionCounts counts();

  /**
   * Checks that a network ends in what this needs.
   *
   * @throws io.kindling.data.KindlingException naming what it ends in
   */
  void check(NetworkConfiguration configuration);
}
