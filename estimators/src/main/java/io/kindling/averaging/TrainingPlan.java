/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.data.KindlingException;
import java.io.Serializable;
import java.util.Arrays;

/**
 * The sizes of a training.
 *
 * @param examples in the training set
 * @param validationExamples in the validation set; 0 without one
 * @param skipped rows that could not be used
 * @param workers replicas
 * @param batchSize examples in a full minibatch
 * @param averagingFrequency minibatches that each replica fits between averages
 * @param roundsPerEpoch averages an epoch
 * @param minibatchesPerEpoch summed over the workers
 */
public record TrainingPlan(
    long examples,
    long validationExamples,
    long skipped,
    int workers,
    int batchSize,
    int averagingFrequency,
    int epochs,
    int roundsPerEpoch,
    long minibatchesPerEpoch)
    implements Serializable {

  /**
   * The plan that follows from the shards' sizes.
   *
   * @throws KindlingException if they have no examples to train on
   */
  public static TrainingPlan of(
      ShardSizes sizes, int batchSize, int averagingFrequency, int epochs) {
    if (sizes.examples() == 0) {
      throw new KindlingException(
          "Cannot train: the training set has no examples (%d for validation, %d skipped as bad)"
              .formatted(sizes.validationExamples(), sizes.skipped()));
    }
    long minibatches = 0;
    for (int size : sizes.training()) {
      minibatches += ceilDiv(size, batchSize);
    }
    return new TrainingPlan(
        sizes.examples(),
        sizes.validationExamples(),
        sizes.skipped(),
        sizes.training().length,
        batchSize,
        averagingFrequency,
        epochs,
        ceilDiv(iterationsPerEpoch(sizes, batchSize), averagingFrequency),
        minibatches);
  }

  /** Steps that the worker of the largest shard makes in an epoch, by which all count. */
  static int iterationsPerEpoch(ShardSizes sizes, int batchSize) {
    return ceilDiv(Arrays.stream(sizes.training()).max().orElse(0), batchSize);
  }

  private static int ceilDiv(int dividend, int divisor) {
    return -Math.floorDiv(-dividend, divisor);
  }
}
