/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.dl4jspark;

import io.kindling.averaging.ReplicaSpec;
import io.kindling.averaging.TrainingState;
import io.kindling.input.HostArrays;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import io.kindling.runtime.NativeMemory;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** The driver's network and dl4j-spark's master that trains it, one round at a time. */
final class SparkNetwork implements AutoCloseable {
  private final Network network;
  private final ParameterAveragingTrainingMaster averaging;
  private final BiConsumer<JavaRDD<DataSet>, CountingListener> master;

  /**
   * @param workers partitions of what {@link #fit} is given
   * @param frequency most minibatches in one of them
   */
  SparkNetwork(
      JavaSparkContext spark, ReplicaSpec spec, int workers, int frequency, TrainingState initial) {
    this.network =
        NativeMemory.within("train", NetworkConfiguration.parse(spec.configuration())::build);
    HostArrays.copy(HostArrays.toFloats(initial.params()), network.params());
    INDArray updaterState = NativeMemory.within("train", network::updaterState);
    if (updaterState != null) {
      HostArrays.copy(HostArrays.toFloats(initial.updaterState()), updaterState);
    }
    network.setPosition(initial.iterations(), 0);
    this.averaging =
        new ParameterAveragingTrainingMaster.Builder(workers, spec.batchSize())
            .batchSizePerWorker(spec.batchSize())
            .averagingFrequency(frequency)
            // Documented as the default, but it is not: without it Adam starts anew each round.
            .saveUpdater(true)
            // Exporting writes files of whole minibatches and leaves the rest of a partition.
            .rddTrainingApproach(RDDTrainingApproach.Direct)
            .repartionData(Repartition.Never)
            // The shards are cached; it would not let go of what it caches itself.
            .storageLevel(null)
            .rngSeed(spec.seed())
            .build();
    this.master = master(spark);
  }

  private BiConsumer<JavaRDD<DataSet>, CountingListener> master(JavaSparkContext spark) {
    if (network.model() instanceof ComputationGraph graph) {
      SparkComputationGraph trained = new SparkComputationGraph(spark, graph, averaging);
      return (minibatches, listener) -> {
        trained.setListeners(listener);
        trained.fit(minibatches);
      };
    }
    SparkDl4jMultiLayer trained =
        new SparkDl4jMultiLayer(spark, (MultiLayerNetwork) network.model(), averaging);
    return (minibatches, listener) -> {
      trained.setListeners(listener);
      trained.fit(minibatches);
    };
  }

  static void checkAvailable() {
    Objects.requireNonNull(SparkDl4jMultiLayer.class);
    Objects.requireNonNull(ParameterAveragingTrainingMaster.class);
  }

  /**
   * Trains one round and averages.
   *
   * @param minibatches at most {@code frequency} in each of {@code workers} partitions
   * @param listener travels with the workers' networks
   * @param count what it counts in
   * @param epoch from 0
   */
  void fit(JavaRDD<DataSet> minibatches, CountingListener listener, RoundCount count, int epoch) {
    int before = network.iterations();
    RoundPosition position = new RoundPosition(before, epoch);
    averaging.addHook(position);
    network.setPosition(before, epoch);
    master.accept(minibatches, listener);
    averaging.removeHook(position);
    // dl4j-spark counts a whole round's steps, also where the last round of an epoch has fewer.
    network.setPosition(before + count.steps(), epoch);
  }

  int iterations() {
    return network.iterations();
  }

  float[] params() {
    return HostArrays.floats(network.params());
  }

  TrainingState state() {
    INDArray updaterState = network.updaterState();
    return new TrainingState(
        HostArrays.toBytes(params()),
        HostArrays.toBytes(updaterState == null ? new float[0] : HostArrays.floats(updaterState)),
        iterations());
  }

  @Override
  public void close() {
    network.close();
  }
}
