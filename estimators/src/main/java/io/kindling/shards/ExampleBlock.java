/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

import java.io.Serializable;

/**
 * Some encoded examples of one source partition on their way to a shard, and there the unit of its
 * storage. A class, not a record: Kryo, which a user may have chosen, cannot read records.
 */
final class ExampleBlock implements Serializable {
  private static final long serialVersionUID = 1L;

  final int sourcePartition;
  final int sequence;
  final boolean validation;
  final byte[] features;
  final float[] labels;
  final long skipped;

  /**
   * @param sourcePartition the partition of the DataFrame that the examples come from
   * @param sequence the block's number among those of its source partition and shard
   * @param validation whether these examples are for validation rather than training
   * @param features the encoded examples, end to end
   * @param labels one for each example
   * @param skipped rows of the source partition that could not be used; reported with one block
   */
  ExampleBlock(
      int sourcePartition,
      int sequence,
      boolean validation,
      byte[] features,
      float[] labels,
      long skipped) {
    this.sourcePartition = sourcePartition;
    this.sequence = sequence;
    this.validation = validation;
    this.features = features;
    this.labels = labels;
    this.skipped = skipped;
  }
}
