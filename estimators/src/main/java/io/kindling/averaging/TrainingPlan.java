/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.data.KindlingException;
import java.io.Serializable;

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
    int most = 0;
    for (int size : sizes.training()) {
      int ofShard = ceilDiv(size, batchSize);
      minibatches += ofShard;
      most = Math.max(most, ofShard);
    }
    return new TrainingPlan(
        sizes.examples(),
        sizes.validationExamples(),
        sizes.skipped(),
        sizes.training().length,
        batchSize,
        averagingFrequency,
        epochs,
        ceilDiv(most, averagingFrequency),
        minibatches);
  }

  private static int ceilDiv(int dividend, int divisor) {
    return -Math.floorDiv(-dividend, divisor);
  }
}
