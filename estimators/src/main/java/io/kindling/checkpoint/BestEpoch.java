/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.checkpoint;

/**
 * Where early stopping stands; the best epoch's parameters are among the checkpoint's arrays.
 *
 * @param epoch the best one so far, from 1
 * @param value its metric
 * @param waited epochs since, without a better one
 * @param iterations of the best epoch's state
 */
public record BestEpoch(int epoch, double value, int waited, int iterations) {}
