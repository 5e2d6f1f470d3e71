/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

/**
 * How far a training has come.
 *
 * @param epoch the current one, from 1
 * @param epochs of the training
 * @param minibatchesDone in this epoch, summed over the workers
 * @param minibatchesPerEpoch likewise
 * @param examplesDone in the whole training
 * @param examplesPerSecond since the training began, in rounds only
 * @param loss mean training loss of this epoch so far
 */
public record RoundProgress(
    int epoch,
    int epochs,
    long minibatchesDone,
    long minibatchesPerEpoch,
    long examplesDone,
    double examplesPerSecond,
    double loss) {}
