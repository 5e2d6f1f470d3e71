/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.model.RoundLedger;
import java.util.Map;

/**
 * What train reports.
 *
 * @param examples rows in the training set
 * @param rowsBad rows that could not be used, unless on-bad-row is fail
 * @param examplesTrained summed over the epochs
 * @param trainSeconds rounds only
 * @param validation metric to value after the epoch {@code bestEpoch}; empty without validation
 *     rows
 * @param ledger where the time of the rounds went, in seconds
 * @param verdict which setting would pay where averaging took more than a tenth of it; else null
 * @param model where the model lies
 * @param bestEpoch the epoch, from 1, whose parameters the model has; without early stopping the
 *     last
 * @param stoppedEarly whether early stopping left epochs out
 * @param resumedFrom the checkpoint that the training went on from; null where it began anew
 */
record TrainSummary(
    String job,
    double seconds,
    long examples,
    long rowsBad,
    long examplesTrained,
    int epochs,
    int workers,
    long rounds,
    double trainSeconds,
    double examplesPerSecond,
    double loss,
    Map<String, Double> validation,
    RoundLedger ledger,
    String verdict,
    String model,
    int bestEpoch,
    boolean stoppedEarly,
    String resumedFrom) {}
