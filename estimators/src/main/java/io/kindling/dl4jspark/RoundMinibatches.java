/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.dl4jspark;

import io.kindling.averaging.EpochOrder;
import io.kindling.averaging.Minibatch;
import io.kindling.averaging.ReplicaSpec;
import io.kindling.data.KindlingException;
import io.kindling.runtime.NativeMemory;
import io.kindling.runtime.NativeRuntime;
import io.kindling.shards.Seeds;
import io.kindling.shards.Shard;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.TaskCompletionListener;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The minibatches of one round, taken from each worker's shard as the averaging engine takes them:
 * the same examples in the same order with the same random draws.
 *
 * <p>A {@code DataSet} holds a whole minibatch, so that dl4j-spark neither merges nor splits. Its
 * arrays are used again for the next one.
 */
final class RoundMinibatches implements FlatMapFunction<Iterator<Shard>, DataSet> {
  private static final long serialVersionUID = 1L;

  private final ReplicaSpec spec;
  private final long[] fingerprints;
  private final int epoch;
  private final int round;
  private final int frequency;
  private final int iterations;
  private final CountingListener listener;

  /**
   * @param fingerprints of the shards as they were first read
   * @param epoch from 0
   * @param round within the epoch, from 0
   * @param frequency minibatches a round
   * @param iterations optimizer steps before this round
   * @param listener of the network that will train on them; it travels with this, so that a task
   *     has one of both
   */
  RoundMinibatches(
      ReplicaSpec spec,
      long[] fingerprints,
      int epoch,
      int round,
      int frequency,
      int iterations,
      CountingListener listener) {
    this.spec = spec;
    this.fingerprints = fingerprints;
    this.epoch = epoch;
    this.round = round;
    this.frequency = frequency;
    this.iterations = iterations;
    this.listener = listener;
  }

  @Override
  public Iterator<DataSet> call(Iterator<Shard> shards) {
    // Here, before dl4j-spark builds its network: a layer asks for its helper when it is built.
    NativeRuntime.start();
    int worker = TaskContext.getPartitionId();
    Shard shard = shards.next();
    if (shard.fingerprint() != fingerprints[worker]) {
      throw new KindlingException(
          "Cannot trust the training: the shard of worker %d was built again and holds other examples; the DataFrame is not the same each time it is read, write it to Parquet first and read that"
              .formatted(worker));
    }
    long first = (long) round * frequency * spec.batchSize();
    long last = Math.min(shard.training().size(), first + (long) frequency * spec.batchSize());
    return first >= last
        ? List.<DataSet>of().iterator()
        : new Minibatches(shard, worker, (int) first, (int) last);
  }

  private final class Minibatches implements Iterator<DataSet> {
    private final Shard shard;
    private final int worker;
    private final int last;
    private final int[] order;
    private final Minibatch minibatch = new Minibatch(spec);
    private int next;
    private int iteration = iterations;

    Minibatches(Shard shard, int worker, int first, int last) {
      this.shard = shard;
      this.worker = worker;
      this.next = first;
      this.last = last;
      this.order = EpochOrder.of(shard.training(), spec, worker, epoch);
      TaskCompletionListener release = context -> minibatch.close();
      TaskContext.get().addTaskCompletionListener(release);
    }

    @Override
    public boolean hasNext() {
      return next < last;
    }

    @Override
    public DataSet next() {
      if (!hasNext()) {
        throw new NoSuchElementException("no more minibatches in this round");
      }
      int end = Math.min(next + spec.batchSize(), last);
      long seed = Seeds.mix(spec.seed(), worker, iteration++);
      DataSet dataSet = NativeMemory.within("train", () -> filled(end, seed));
      // Dropout draws from the thread's generator; dl4j-spark fits before it asks for the next.
      Nd4j.getRandom().setSeed(seed);
      next = end;
      listener.onMinibatch();
      return dataSet;
    }

    private DataSet filled(int end, long seed) {
      minibatch.fill(shard.training(), order, next, end, seed);
      return new DataSet(minibatch.features(), minibatch.labels(), minibatch.mask(), null);
    }
  }
}
