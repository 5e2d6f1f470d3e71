/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

import io.kindling.input.InputSpec;
import io.kindling.model.Target;
import java.io.Serializable;
import java.util.List;

/**
 * How a training set becomes shards.
 *
 * @param shards how many, one for each worker
 * @param input what one example looks like
 * @param target what labels are
 * @param validationColumn whether the rows' third column tells which are for validation
 * @param validationShare otherwise the share of rows, drawn at random, that is
 * @param weightColumn whether the rows' next column is their weight
 * @param classWeights one for each class, multiplied with a row's own weight; empty for none
 * @param skipBadRows whether a row that cannot be used is counted and left out, or an error
 * @param seed of the dealing and the drawing
 */
public record ShardPlan(
    int shards,
    InputSpec input,
    Target target,
    boolean validationColumn,
    double validationShare,
    boolean weightColumn,
    List<Double> classWeights,
    boolean skipBadRows,
    long seed)
    implements Serializable {

  /** A plan for rows that all weigh the same. */
  public ShardPlan(
      int shards,
      InputSpec input,
      Target target,
      boolean validationColumn,
      double validationShare,
      boolean skipBadRows,
      long seed) {
    this(
        shards,
        input,
        target,
        validationColumn,
        validationShare,
        false,
        List.of(),
        skipBadRows,
        seed);
  }

  /** Whether examples have weights. */
  boolean isWeighted() {
    return weightColumn || !classWeights.isEmpty();
  }
}
