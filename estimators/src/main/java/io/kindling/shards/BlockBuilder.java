/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

import java.util.Arrays;

/** Collects the examples of one source partition for one shard into blocks. */
final class BlockBuilder {
  /** Large enough that a record's overhead is nothing. */
  private static final int TARGET_BYTES = 256 * 1024;

  /** For the builders of all shards together, which a task holds open at once. */
  private static final int TASK_BYTES = 16 * 1024 * 1024;

  private final int sourcePartition;
  private final boolean validation;
  private final boolean weighted;
  private final int encodedBytes;
  private final int capacity;
  private byte[] features;
  private float[] labels;
  private float[] weights;
  private int examples;
  private int sequence;

  BlockBuilder(int sourcePartition, boolean validation, int encodedBytes, ShardPlan plan) {
    this.sourcePartition = sourcePartition;
    this.validation = validation;
    this.weighted = plan.isWeighted();
    this.encodedBytes = encodedBytes;
    this.capacity = Math.max(1, Math.min(TARGET_BYTES, TASK_BYTES / plan.shards()) / encodedBytes);
  }

  boolean isFull() {
    return examples == capacity;
  }

  boolean isEmpty() {
    return examples == 0;
  }

  void add(byte[] encoded, float label, float weight) {
    if (features == null) {
      features = new byte[capacity * encodedBytes];
      labels = new float[capacity];
      weights = weighted ? new float[capacity] : null;
    }
    System.arraycopy(encoded, 0, features, examples * encodedBytes, encodedBytes);
    labels[examples] = label;
    if (weighted) {
      weights[examples] = weight;
    }
    examples++;
  }

  /** The examples so far as a block; the builder starts the next one. */
  ExampleBlock build(long skipped) {
    ExampleBlock block =
        new ExampleBlock(
            sourcePartition,
            sequence++,
            validation,
            examples == 0 ? new byte[0] : Arrays.copyOf(features, examples * encodedBytes),
            examples == 0 ? new float[0] : Arrays.copyOf(labels, examples),
            weights == null ? null : Arrays.copyOf(weights, examples),
            skipped);
    examples = 0;
    return block;
  }
}
