/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.checkpoint;

import io.kindling.model.RoundLedger;

/**
 * What the rounds of an epoch add up to so far.
 *
 * @param examples trained on
 * @param minibatches summed over the workers
 * @param lossSum the minibatches' mean losses, each times its examples
 * @param ledger where their time went
 */
public record RunningEpoch(long examples, long minibatches, double lossSum, RoundLedger ledger) {}
