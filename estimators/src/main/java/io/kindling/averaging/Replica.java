/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.acceleration.TrainingAcceleration;
import io.kindling.input.HostArrays;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import io.kindling.runtime.NativeMemory;
import io.kindling.runtime.NativeRuntime;
import io.kindling.shards.Seeds;
import io.kindling.shards.Shard;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One worker's network. It is built once and stays on its executor; every round loads the averaged
 * state into it, so that what a round does depends on nothing else.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class Replica implements AutoCloseable {
  private final ReplicaSpec spec;
  private final Network network;
  private final INDArray updaterState;
  private final List<INDArray> moving;
  private final Minibatch minibatch;
  private WeightedLoss weightedLoss;

  /** A network with the random parameters that its configuration's seed gives. */
  public Replica(ReplicaSpec spec) {
    NativeRuntime.start();
    this.spec = spec;
    this.network =
        NativeMemory.within(
            "train", () -> NetworkConfiguration.parse(spec.configuration()).build());
    TrainingAcceleration.install(network);
    this.updaterState = NativeMemory.within("train", network::updaterState);
    this.moving =
        spec.frozen() == null ? List.of(network.params()) : spec.frozen().fill(network.params());
    this.minibatch = new Minibatch(spec);
  }

  /** The network's state now, without the parameters of frozen layers where its spec has them. */
  public TrainingState state() {
    byte[][] parts = moving.stream().map(HostArrays::bytes).toArray(byte[][]::new);
    return new TrainingState(
        TrainingState.join(parts), HostArrays.bytes(updaterState), network.iterations());
  }

  /** Gives the native memory back now; the garbage collector does not know how much it is. */
  @Override
  public void close() {
    minibatch.close();
    network.close();
  }

  /** Makes the network one that stands at {@code state}, in epoch {@code epoch} (from 0). */
  void load(TrainingState state, int epoch) {
    int at = 0;
    for (INDArray part : moving) {
      HostArrays.copy(state.params(), at, part);
      at += Math.toIntExact(part.length()) * Float.BYTES;
    }
    if (updaterState != null) {
      HostArrays.copy(state.updaterState(), updaterState);
    }
    network.setPosition(state.iterations(), epoch);
  }

  /**
   * Fits minibatches one after the other.
   *
   * @param order indices into the shard's training examples
   * @param from first place in {@code order}, a minibatch's start
   * @param to end of the places
   * @param worker the replica's number, for its random draws
   * @return what it took
   * @throws TaskKilledException if Spark has killed the task
   */
  RoundResult fit(Shard shard, int[] order, int from, int to, int worker) {
    NativeRuntime.start();
    return NativeMemory.within("train", () -> fitWithin(shard, order, from, to, worker));
  }

  private RoundResult fitWithin(Shard shard, int[] order, int from, int to, int worker) {
    int minibatches = 0;
    double lossSum = 0;
    for (int start = from; start < to; start += spec.batchSize()) {
      TaskContext task = TaskContext.get();
      if (task != null && task.isInterrupted()) {
        throw new TaskKilledException("the round was cancelled");
      }
      int end = Math.min(start + spec.batchSize(), to);
      long seed = Seeds.mix(spec.seed(), worker, network.iterations());
      minibatch.fill(shard.training(), order, start, end, seed);
      // Dropout draws from the thread's generator.
      Nd4j.getRandom().setSeed(seed);
      useWeights();
      network.fit(minibatch.features(), minibatch.labels(), minibatch.mask());
      lossSum += spec.target().loss(network.score()) * (end - start);
      minibatches++;
    }
    return new RoundResult(to - from, minibatches, lossSum);
  }

  /** A network whose examples all weigh the same keeps DL4J's own loss. */
  private void useWeights() {
    if (minibatch.weights() != null) {
      weightedLoss = weightedLoss == null ? WeightedLoss.install(network) : weightedLoss;
      weightedLoss.use(minibatch.weights());
    }
  }
}
