/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.input.HostArrays;
import io.kindling.model.PredictionCounts;
import io.kindling.runtime.Device;
import io.kindling.runtime.NativeRuntime;
import io.kindling.shards.Shard;
import java.io.Serializable;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.RDDBlockId;

/**
 * A shard with the replica that trains on it. Spark keeps it in memory between rounds, and the
 * replica with it; where Spark drops or moves the shard, the replica goes and is built anew. So
 * nothing outlives the training, and no two trainings of an application share a thing.
 *
 * <p>Its methods are synchronized for the sake of a killed task that still runs when its successor
 * starts.
 */
final class ResidentShard implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Shard shard;
  private transient Replica replica;
  private transient ShardValidation validation;

  /** Of both. */
  private transient Device device;

  private transient int[] order;
  private transient int orderedEpoch;

  ResidentShard(Shard shard) {
    this.shard = shard;
  }

  Shard shard() {
    return shard;
  }

  /** Something to do with the shard's replica. */
  @FunctionalInterface
  interface ReplicaWork<T> {
    T with(Replica replica);
  }

  /** Does something with the replica, which is built where there is none. */
  synchronized <T> T withReplica(ReplicaSpec spec, ReplicaWork<T> work) {
    NativeRuntime.start();
    leaveOtherDevice();
    // Out of its place meanwhile: one that failed in mid-step is not used again.
    Replica taken = replica == null ? new Replica(spec) : replica;
    replica = null;
    Device.inUse().log("Training");
    boolean whole = false;
    try {
      T result = work.with(taken);
      whole = true;
      return result;
    } finally {
      if (whole) {
        replica = taken;
      } else {
        taken.close();
      }
    }
  }

  /** Spark may give the task another GPU than the one before it had; networks stay on theirs. */
  private void leaveOtherDevice() {
    if (!Device.inUse().equals(device)) {
      closeNetworks();
      device = Device.inUse();
    }
  }

  /**
   * Fits the round's minibatches, starting from the state that the replica holds.
   *
   * @param epoch from 0
   * @param round within the epoch, from 0
   * @param frequency minibatches a round
   */
  RoundResult fit(
      Replica fitting, ReplicaSpec spec, int worker, int epoch, int round, int frequency) {
    int size = shard.training().size();
    long first = (long) round * frequency * spec.batchSize();
    if (first >= size) {
      return RoundResult.NOTHING;
    }
    long last = Math.min(size, first + (long) frequency * spec.batchSize());
    return fitting.fit(shard, order(spec, worker, epoch), (int) first, (int) last, worker);
  }

  /**
   * Frees it where Spark does not hold it: for want of memory, or because this is a copy that came
   * from another executor. A round then has one of its own, and the replica goes with it.
   *
   * @param rdd the id of the RDD of shards
   * @param worker the shard's partition
   */
  void closeUnlessResident(int rdd, int worker) {
    if (!SparkEnv.get().blockManager().memoryStore().contains(new RDDBlockId(rdd, worker))) {
      close();
    }
  }

  /** Frees all native memory and the shard's local disk space. */
  synchronized void close() {
    shard.close();
    closeNetworks();
  }

  private void closeNetworks() {
    if (replica != null) {
      replica.close();
      replica = null;
    }
    if (validation != null) {
      validation.close();
      validation = null;
    }
  }

  /** The order in which an epoch takes the shard's examples, drawn anew for each. */
  private int[] order(ReplicaSpec spec, int worker, int epoch) {
    if (order == null || orderedEpoch != epoch) {
      order = EpochOrder.of(shard.training(), spec, worker, epoch);
      orderedEpoch = epoch;
    }
    return order;
  }

  /** Counts the validation examples as a network with a state's parameters predicts them. */
  synchronized PredictionCounts validate(ReplicaSpec spec, byte[] params) {
    NativeRuntime.start();
    leaveOtherDevice();
    if (validation == null) {
      validation = new ShardValidation(spec);
    }
    byte[] whole = spec.frozen() == null ? params : spec.frozen().whole(params);
    return validation.count(shard, HostArrays.toFloats(whole));
  }
}
