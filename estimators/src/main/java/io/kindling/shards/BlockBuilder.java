/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

import io.kindling.input.ExampleBuffer;
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
  private final boolean variable;
  private final int targetBytes;
  private byte[] features = new byte[0];
  private int[] lengths = new int[0];
  private float[] labels = new float[0];
  private float[] weights = new float[0];
  private int bytes;
  private int examples;
  private int sequence;

  BlockBuilder(int sourcePartition, boolean validation, ShardPlan plan) {
    this.sourcePartition = sourcePartition;
    this.validation = validation;
    this.weighted = plan.isWeighted();
    this.variable = plan.input().isSequence();
    this.targetBytes = Math.min(TARGET_BYTES, TASK_BYTES / plan.shards());
  }

  /** Whether the next example is for another block. */
  boolean isFull() {
    return bytes >= targetBytes;
  }

  boolean isEmpty() {
    return examples == 0;
  }

  void add(ExampleBuffer encoded, float label, float weight) {
    if (features.length < bytes + encoded.length()) {
      int room = Math.max(bytes + encoded.length(), Math.min(2 * features.length, targetBytes));
      features = Arrays.copyOf(features, room);
    }
    if (labels.length == examples) {
      int room = Math.max(16, 2 * examples);
      labels = Arrays.copyOf(labels, room);
      lengths = variable ? Arrays.copyOf(lengths, room) : lengths;
      weights = weighted ? Arrays.copyOf(weights, room) : weights;
    }
    System.arraycopy(encoded.bytes(), 0, features, bytes, encoded.length());
    labels[examples] = label;
    if (variable) {
      lengths[examples] = encoded.length();
    }
    if (weighted) {
      weights[examples] = weight;
    }
    bytes += encoded.length();
    examples++;
  }

  /** The examples so far as a block; the builder starts the next one. */
  ExampleBlock build(long skipped) {
    ExampleBlock block =
        new ExampleBlock(
            sourcePartition,
            sequence++,
            validation,
            Arrays.copyOf(features, bytes),
            variable ? Arrays.copyOf(lengths, examples) : null,
            Arrays.copyOf(labels, examples),
            weighted ? Arrays.copyOf(weights, examples) : null,
            skipped);
    examples = 0;
    bytes = 0;
    if (features.length > targetBytes) {
      features = new byte[0]; // of one long sequence
    }
    return block;
  }
}
