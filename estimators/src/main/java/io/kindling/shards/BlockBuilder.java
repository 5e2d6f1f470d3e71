/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

import java.util.Arrays;

/** Collects the examples of one source partition for one shard into blocks. */
final class BlockBuilder {
  /** Large enough that a record's overhead is nothing, small enough for many open at once. */
  private static final int TARGET_BYTES = 256 * 1024;

  private final int sourcePartition;
  private final boolean validation;
  private final int encodedBytes;
  private byte[] features;
  private float[] labels;
  private int examples;
  private int sequence;

  BlockBuilder(int sourcePartition, boolean validation, int encodedBytes) {
    this.sourcePartition = sourcePartition;
    this.validation = validation;
    this.encodedBytes = encodedBytes;
    int capacity = Math.max(1, TARGET_BYTES / encodedBytes);
    this.features = new byte[capacity * encodedBytes];
    this.labels = new float[capacity];
  }

  boolean isFull() {
    return examples == labels.length;
  }

  boolean isEmpty() {
    return examples == 0;
  }

  void add(byte[] encoded, float label) {
    System.arraycopy(encoded, 0, features, examples * encodedBytes, encodedBytes);
    labels[examples++] = label;
  }

  /** The examples so far as a block; the builder starts the next one. */
  ExampleBlock build(long skipped) {
    ExampleBlock block =
        new ExampleBlock(
            sourcePartition,
            sequence++,
            validation,
            Arrays.copyOf(features, examples * encodedBytes),
            Arrays.copyOf(labels, examples),
            skipped);
    examples = 0;
    return block;
  }
}
