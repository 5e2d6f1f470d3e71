/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import java.util.Arrays;
import java.util.List;

/**
 * What the shards hold, as the executors counted it.
 *
 * @param training examples of each shard
 * @param validation likewise
 * @param fingerprints of their contents
 * @param skipped rows that could not be used, in all
 */
@SuppressWarnings("ArrayRecordComponent") // a value that is read, never compared
public record ShardSizes(int[] training, int[] validation, long[] fingerprints, long skipped) {
  /** From {@code {training, validation, skipped, fingerprint}} of each shard. */
  public static ShardSizes of(List<long[]> counts) {
    return new ShardSizes(
        counts.stream().mapToInt(count -> (int) count[0]).toArray(),
        counts.stream().mapToInt(count -> (int) count[1]).toArray(),
        counts.stream().mapToLong(count -> count[3]).toArray(),
        counts.stream().mapToLong(count -> count[2]).sum());
  }

  /** Training examples of all shards. */
  public long examples() {
    return Arrays.stream(training).asLongStream().sum();
  }

  /** Validation examples of all shards. */
  public long validationExamples() {
    return Arrays.stream(validation).asLongStream().sum();
  }
}
