/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.io.Serializable;
import java.util.Map;

/** Counts how labelled examples are predicted. Parts counted on executors merge. */
public interface PredictionCounts extends Serializable {
  /**
   * Counts one example.
   *
   * @param encoded its label, as {@link Target#encode} gives it
   * @param outputs the network's, {@code [examples, units]}, row by row
   * @param example its place among them
   */
  void add(float encoded, float[] outputs, int example);

  /** Adds what another part counted for the same target. */
  PredictionCounts merge(PredictionCounts other);

  /** What the counts amount to, by name. */
  Map<String, Double> asMap();
}
