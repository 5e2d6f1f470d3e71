/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import java.util.List;

/**
 * Where a training goes on.
 *
 * @param checkpoint where the checkpoint lies
 * @param epoch from 1
 * @param round the next one within the epoch, from 1
 * @param finished whether nothing is left to train
 * @param examplesTrained so far, in the whole training
 * @param damaged newer checkpoints that could not be used, each with the reason
 */
public record Resumption(
    String checkpoint,
    int epoch,
    int round,
    boolean finished,
    long examplesTrained,
    List<String> damaged) {
  public Resumption {
    damaged = List.copyOf(damaged);
  }
}
