/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.checkpoint;

/**
 * The place in a training where it goes on.
 *
 * @param epoch from 0; the number of epochs where the training is at its end
 * @param round the next one within the epoch, from 0
 * @param iterations minibatches that a replica has seen, as learning-rate schedules count them
 */
public record Position(int epoch, int round, int iterations) {}
