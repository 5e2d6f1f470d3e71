/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

import java.io.Serializable;
import java.util.zip.CRC32C;

/**
 * Some encoded examples of one source partition on their way to a shard. A class, not a record:
 * Kryo, by which it travels, cannot read records.
 */
final class ExampleBlock implements Serializable {
  private static final long serialVersionUID = 1L;

  final int sourcePartition;
  final int sequence;
  final boolean validation;
  final byte[] features;
  final int[] lengths;
  final float[] labels;
  final float[] weights;
  final long skipped;

  /**
   * @param sourcePartition the partition of the DataFrame that the examples come from
   * @param sequence the block's number among those of its source partition and shard
   * @param validation whether these examples are for validation rather than training
   * @param features the encoded examples, end to end
   * @param lengths bytes of each example, or null where all are of the same length
   * @param labels one for each example
   * @param weights likewise, or null where all examples weigh the same
   * @param skipped rows of the source partition that could not be used; reported with one block
   */
  ExampleBlock(
      int sourcePartition,
      int sequence,
      boolean validation,
      byte[] features,
      int[] lengths,
      float[] labels,
      float[] weights,
      long skipped) {
    this.sourcePartition = sourcePartition;
    this.sequence = sequence;
    this.validation = validation;
    this.features = features;
    this.lengths = lengths;
    this.labels = labels;
    this.weights = weights;
    this.skipped = skipped;
  }

  /** A checksum of the examples. */
  long checksum() {
    CRC32C checksum = new CRC32C();
    checksum.update(features);
    if (lengths != null) {
      for (int length : lengths) {
        Checksums.update(checksum, length);
      }
    }
    for (float label : labels) {
      Checksums.update(checksum, Float.floatToIntBits(label));
    }
    if (weights != null) {
      for (float weight : weights) {
        Checksums.update(checksum, Float.floatToIntBits(weight));
      }
    }
    return checksum.getValue();
  }
}
