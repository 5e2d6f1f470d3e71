/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.data.KindlingException;
import io.kindling.model.ClassificationCounts;
import io.kindling.model.EpochSummary;
import io.kindling.model.TrainingSummary;
import io.kindling.shards.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a network by parameter averaging (McDonald, Hall and Mann 2010): in every round each
 * worker fits some minibatches of its shard, starting from the same parameters, and the results are
 * averaged.
 *
 * <p>A round is one Spark job of one task for each shard. What a task returns depends only on the
 * broadcast state, its shard and the seed, so Spark may run it again, twice or elsewhere. Every
 * example is trained on exactly once an epoch; the tasks count, and a wrong sum fails the training.
 */
public final class AveragingTrainer {
  private static final Logger LOG = LoggerFactory.getLogger(AveragingTrainer.class);
  private static final double NANOS = 1e9;

  private final JavaSparkContext spark;
  private final ReplicaSpec spec;
  private final int epochs;
  private final int averagingFrequency;
  private final TrainingListener listener;

  /**
   * @param epochs at least 1
   * @param averagingFrequency minibatches that each replica fits between averages, at least 1
   */
  public AveragingTrainer(
      JavaSparkContext spark,
      ReplicaSpec spec,
      int epochs,
      int averagingFrequency,
      TrainingListener listener) {
    this.spark = spark;
    this.spec = spec;
    this.epochs = epochs;
    this.averagingFrequency = averagingFrequency;
    this.listener = listener;
  }

  /**
   * Trains on shards, which are cached meanwhile and let go at the end, also when it fails.
   *
   * @param shards one in each partition
   * @throws KindlingException if there is nothing to train on, the loss is no number, or examples
   *     were lost
   */
  public TrainingResult train(JavaRDD<Shard> shards, TrainingState initial) {
    JavaRDD<ResidentShard> resident =
        shards
            .map(ResidentShard::new)
            .setName("Kindling shards")
            .persist(StorageLevel.MEMORY_AND_DISK());
    String description = spark.getLocalProperty("spark.job.description");
    try {
      spark.sc().setJobDescription("Kindling: shuffle the training set into shards");
      ShardSizes sizes = sizes(resident);
      TrainingPlan plan = TrainingPlan.of(sizes, spec.batchSize(), averagingFrequency, epochs);
      if (plan.examples() == 0) {
        throw new KindlingException(
            "Cannot train: the training set has no examples (%d for validation, %d skipped as bad)"
                .formatted(plan.validationExamples(), plan.skipped()));
      }
      LOG.info("Training: {}", plan);
      listener.onTrainingStart(plan);
      try {
        return train(resident, plan, sizes, initial);
      } finally {
        release(resident);
      }
    } finally {
      spark.sc().setJobDescription(description);
      resident.unpersist(false);
    }
  }

  /** Frees the replicas' native memory; where it fails, the garbage collector will. */
  private void release(JavaRDD<ResidentShard> resident) {
    try {
      spark.sc().setJobDescription("Kindling: release the replicas");
      resident.foreach(ResidentShard::close);
    } catch (Exception e) { // also what Spark throws without saying so
      LOG.warn("The replicas' memory is left to the garbage collector", e);
    }
  }

  private static ShardSizes sizes(JavaRDD<ResidentShard> resident) {
    return ShardSizes.of(
        resident
            .map(
                held -> {
                  Shard shard = held.shard();
                  return new long[] {
                    shard.training().size(),
                    shard.validation().size(),
                    shard.skipped(),
                    shard.fingerprint()
                  };
                })
            .collect());
  }

  private TrainingResult train(
      JavaRDD<ResidentShard> resident, TrainingPlan plan, ShardSizes sizes, TrainingState initial) {
    TrainingState state = initial;
    List<EpochSummary> history = new ArrayList<>();
    long trained = 0;
    double seconds = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      EpochTally tally = new EpochTally();
      for (int round = 0; round < plan.roundsPerEpoch(); round++) {
        spark
            .sc()
            .setJobDescription(
                "Kindling: epoch %d of %d, round %d of %d"
                    .formatted(epoch + 1, epochs, round + 1, plan.roundsPerEpoch()));
        long start = System.nanoTime();
        List<RoundResult> results = round(resident, state, epoch, round);
        checkShards(results, sizes);
        checkLoss(results, epoch, round);
        state = ParameterAverage.of(results, state);
        tally.add(results, (System.nanoTime() - start) / NANOS);
        listener.onRound(
            new RoundProgress(
                epoch + 1,
                epochs,
                tally.minibatches,
                plan.minibatchesPerEpoch(),
                trained + tally.examples,
                (trained + tally.examples) / (seconds + tally.seconds),
                tally.loss()));
      }
      if (tally.examples != plan.examples()) {
        throw notTheSame(
            "epoch %d trained on %d examples of %d"
                .formatted(epoch + 1, tally.examples, plan.examples()));
      }
      trained += tally.examples;
      seconds += tally.seconds;
      EpochSummary summary =
          new EpochSummary(
              epoch + 1,
              tally.loss(),
              validate(resident, plan, state, epoch),
              tally.seconds,
              tally.examples / tally.seconds);
      LOG.info("{}", summary);
      history.add(summary);
      listener.onEpoch(summary);
    }
    EpochSummary last = history.get(history.size() - 1);
    return new TrainingResult(
        state,
        new TrainingSummary(
            plan.examples(),
            plan.skipped(),
            trained,
            epochs,
            plan.workers(),
            (long) epochs * plan.roundsPerEpoch(),
            seconds,
            last.loss(),
            last.validation(),
            List.copyOf(history)));
  }

  private List<RoundResult> round(
      JavaRDD<ResidentShard> resident, TrainingState state, int epoch, int round) {
    Broadcast<TrainingState> broadcast = spark.broadcast(state);
    try {
      ReplicaSpec replica = spec;
      int frequency = averagingFrequency;
      return onEachShard(
          resident,
          held ->
              held.fit(
                  replica,
                  broadcast.value(),
                  TaskContext.getPartitionId(),
                  epoch,
                  round,
                  frequency));
    } finally {
      broadcast.destroy();
    }
  }

  private Map<String, Double> validate(
      JavaRDD<ResidentShard> resident, TrainingPlan plan, TrainingState state, int epoch) {
    if (plan.validationExamples() == 0) {
      return Map.of();
    }
    spark.sc().setJobDescription("Kindling: validate after epoch %d".formatted(epoch + 1));
    Broadcast<byte[]> params = spark.broadcast(state.params());
    try {
      ReplicaSpec replica = spec;
      List<ClassificationCounts> parts =
          onEachShard(resident, held -> held.validate(replica, params.value()));
      ClassificationCounts counts = new ClassificationCounts(spec.classes());
      parts.forEach(counts::merge);
      return counts.metrics().asMap();
    } finally {
      params.destroy();
    }
  }

  /** What each shard gives, in the workers' order; what hangs on a shard's copy goes with it. */
  private static <T> List<T> onEachShard(
      JavaRDD<ResidentShard> resident, Function<ResidentShard, T> work) {
    int rdd = resident.id();
    return resident
        .map(
            held -> {
              try {
                return work.call(held);
              } finally {
                held.closeUnlessResident(rdd, TaskContext.getPartitionId());
              }
            })
        .collect();
  }

  private static void checkShards(List<RoundResult> results, ShardSizes sizes) {
    for (int worker = 0; worker < results.size(); worker++) {
      if (results.get(worker).fingerprint != sizes.fingerprints()[worker]) {
        throw notTheSame(
            "the shard of worker %d was built again and holds other examples".formatted(worker));
      }
    }
  }

  private static KindlingException notTheSame(String what) {
    return new KindlingException(
        "Cannot trust the training: %s; the DataFrame is not the same each time it is read, write it to Parquet first and read that"
            .formatted(what));
  }

  private void checkLoss(List<RoundResult> results, int epoch, int round) {
    for (int worker = 0; worker < results.size(); worker++) {
      if (!Double.isFinite(results.get(worker).lossSum)) {
        throw new KindlingException(
            "Cannot train on: the loss of worker %d became %s in epoch %d, round %d; a lower learning rate may help"
                .formatted(worker, results.get(worker).lossSum, epoch + 1, round + 1));
      }
    }
  }

  /** What the rounds of an epoch add up to. */
  private static final class EpochTally {
    private long examples;
    private long minibatches;
    private double lossSum;
    private double seconds;

    void add(List<RoundResult> results, double roundSeconds) {
      for (RoundResult result : results) {
        examples += result.examples;
        minibatches += result.minibatches;
        lossSum += result.lossSum;
      }
      seconds += roundSeconds;
    }

    double loss() {
      return lossSum / examples;
    }
  }
}
