/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.io.Serializable;
import java.util.Map;

/**
 * One epoch of a training.
 *
 * @param epoch from 1
 * @param loss mean training loss over the epoch's examples, as the replicas met them
 * @param validation metrics on the validation set after the epoch; empty without one
 * @param seconds time spent in rounds
 * @param examplesPerSecond examples trained over {@code seconds}
 * @param ledger where the time of its rounds went
 */
public record EpochSummary(
    int epoch,
    double loss,
    Map<String, Double> validation,
    double seconds,
    double examplesPerSecond,
    RoundLedger ledger)
    implements Serializable {}
