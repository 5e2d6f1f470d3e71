/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * How a training went.
 *
 * @param examples rows in the training set
 * @param examplesSkipped rows that could not be used, under {@code handleInvalid = skip}
 * @param examplesTrained summed over the epochs, as the tasks counted them
 * @param workers replicas that were averaged
 * @param rounds how often they were averaged
 * @param trainSeconds time spent in rounds, without preparing shards or validating
 * @param epochs that were trained
 * @param loss mean training loss of the model's epoch: {@code bestEpoch}
 * @param validation metrics on the validation set after that epoch; empty without one
 * @param history every epoch, in order
 * @param ledger where the time of all rounds went
 * @param verdict what would pay where averaging took more than a tenth of it; else null
 * @param bestEpoch the epoch, from 1, whose parameters the model has: with early stopping the best,
 *     else the last
 * @param stoppedEarly whether early stopping left epochs out
 * @param resumedFrom the checkpoint that the training went on from; null where it began anew
 */
public record TrainingSummary(
    long examples,
    long examplesSkipped,
    long examplesTrained,
    int epochs,
    int workers,
    long rounds,
    double trainSeconds,
    double loss,
    Map<String, Double> validation,
    List<EpochSummary> history,
    RoundLedger ledger,
    String verdict,
    int bestEpoch,
    boolean stoppedEarly,
    String resumedFrom)
    implements Serializable {

  /** {@link #examplesTrained} over {@link #trainSeconds}. */
  public double examplesPerSecond() {
    return examplesTrained / trainSeconds;
  }
}
