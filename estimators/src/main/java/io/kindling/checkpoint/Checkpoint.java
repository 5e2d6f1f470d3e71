/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.checkpoint;

import io.kindling.model.EpochSummary;
import io.kindling.model.RoundLedger;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a training stands: all that is needed to go on as if nothing had happened.
 *
 * @param progress the place reached and what led there
 * @param arrays by name, raw little-endian floats: parameters, optimizer state, and whatever else a
 *     training carries from round to round
 */
public record Checkpoint(Progress progress, Map<String, byte[]> arrays) {
  public Checkpoint {
    arrays = Collections.unmodifiableMap(new TreeMap<>(arrays));
  }

  /**
   * The part of a checkpoint that is not arrays.
   *
   * @param identity the training that this is a checkpoint of
   * @param position where to go on
   * @param running the epoch that has begun
   * @param examplesTrained in the epochs that are over
   * @param ledger where the time of their rounds went
   * @param best where early stopping stands; null without it
   * @param history the epochs that are over
   */
  public record Progress(
      TrainingIdentity identity,
      Position position,
      RunningEpoch running,
      long examplesTrained,
      RoundLedger ledger,
      BestEpoch best,
      List<EpochSummary> history) {
    public Progress {
      history = List.copyOf(history);
    }
  }
}
