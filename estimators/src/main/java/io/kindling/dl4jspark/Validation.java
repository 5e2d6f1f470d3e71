/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.dl4jspark;

import io.kindling.averaging.ReplicaSpec;
import io.kindling.averaging.ShardValidation;
import io.kindling.model.PredictionCounts;
import io.kindling.shards.Shard;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;

/** Counts how the parameters in a broadcast predict a shard's validation examples. */
final class Validation implements Function<Shard, PredictionCounts> {
  private static final long serialVersionUID = 1L;

  private final ReplicaSpec spec;
  private final Broadcast<float[]> params;

  Validation(ReplicaSpec spec, Broadcast<float[]> params) {
    this.spec = spec;
    this.params = params;
  }

  @Override
  public PredictionCounts call(Shard shard) {
    try (ShardValidation validation = new ShardValidation(spec)) {
      return validation.count(shard, params.value());
    }
  }
}
