/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.shards.Shard;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;

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
  /** Counts the shards where they lie. */
  public static ShardSizes of(JavaRDD<Shard> shards) {
    List<long[]> counts =
        shards
            .map(
                shard ->
                    new long[] {
                      shard.training().size(),
                      shard.validation().size(),
                      shard.skipped(),
                      shard.fingerprint()
                    })
            .collect();
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
