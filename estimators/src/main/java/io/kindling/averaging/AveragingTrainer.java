/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.data.KindlingException;
import io.kindling.input.LittleEndian;
import io.kindling.model.ClassificationCounts;
import io.kindling.model.EpochSummary;
import io.kindling.model.RoundLedger;
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
 * <p>Rounds run as Spark jobs ({@link JobRounds}) or many in a barrier stage ({@link
 * BarrierRounds}); both give the same. Every example is trained on exactly once an epoch; the tasks
 * count, and a wrong sum fails the training.
 */
public final class AveragingTrainer {
  private static final Logger LOG = LoggerFactory.getLogger(AveragingTrainer.class);

  private final JavaSparkContext spark;
  private final ReplicaSpec spec;
  private final int epochs;
  private final Averaging averaging;
  private final TrainingListener listener;

  /**
   * @param epochs at least 1
   */
  public AveragingTrainer(
      JavaSparkContext spark,
      ReplicaSpec spec,
      int epochs,
      Averaging averaging,
      TrainingListener listener) {
    this.spark = spark;
    this.spec = spec;
    this.epochs = epochs;
    this.averaging = averaging;
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
            // Its bulk is on disk already; what Spark must drop is built again from the shuffle.
            .persist(StorageLevel.MEMORY_ONLY());
    String description = spark.getLocalProperty("spark.job.description");
    try {
      spark.sc().setJobDescription("Kindling: shuffle the training set into shards");
      ShardSizes sizes = sizes(resident);
      TrainingPlan plan = TrainingPlan.of(sizes, spec.batchSize(), averaging.frequency(), epochs);
      if (plan.examples() == 0) {
        throw new KindlingException(
            "Cannot train: the training set has no examples (%d for validation, %d skipped as bad)"
                .formatted(plan.validationExamples(), plan.skipped()));
      }
      LOG.info("Training: {}", plan);
      listener.onTrainingStart(plan);
      try (Rounds rounds = rounds(resident)) {
        return train(rounds, resident, plan, sizes, initial);
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
      Rounds rounds,
      JavaRDD<ResidentShard> resident,
      TrainingPlan plan,
      ShardSizes sizes,
      TrainingState initial) {
    TrainingState state = averaging.outer().isAverage() ? initial : initial.withOuterMomentum();
    List<EpochSummary> history = new ArrayList<>();
    RoundLedger ledger = RoundLedger.EMPTY;
    long trained = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      EpochTally tally = new EpochTally();
      int round = 0;
      while (round < plan.roundsPerEpoch()) {
        describe(plan, epoch, round);
        RoundsOutcome outcome = rounds.run(state, epoch, round, plan.roundsPerEpoch());
        for (RoundsOutcome.Round done : outcome.rounds()) {
          checkShards(done.workers(), sizes);
          checkLoss(done.workers(), epoch, round++);
          tally.add(done);
          listener.onRound(progress(plan, epoch, tally, trained, ledger.total()));
        }
        state = outcome.state();
        checkParams(state, epoch, round);
      }
      if (tally.examples() != plan.examples()) {
        throw notTheSame(
            "epoch %d trained on %d examples of %d"
                .formatted(epoch + 1, tally.examples(), plan.examples()));
      }
      trained += tally.examples();
      ledger = ledger.plus(tally.ledger());
      EpochSummary summary =
          new EpochSummary(
              epoch + 1,
              tally.loss(),
              validate(resident, plan, state, epoch),
              tally.seconds(),
              tally.examples() / tally.seconds(),
              tally.ledger());
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
            ledger.total(),
            last.loss(),
            last.validation(),
            List.copyOf(history),
            ledger,
            AveragingVerdict.of(ledger, plan)));
  }

  private Rounds rounds(JavaRDD<ResidentShard> resident) {
    Rounds elastic = new JobRounds(spark, resident, spec, averaging);
    boolean executorsComeAndGo =
        spark.getConf().getBoolean("spark.dynamicAllocation.enabled", false);
    // Spark runs no second copy of a barrier task.
    boolean copies = spark.getConf().getBoolean("spark.speculation", false);
    return switch (averaging.mode()) {
      case ELASTIC -> elastic;
      case AUTO ->
          executorsComeAndGo || copies
              ? elastic
              : new BarrierRounds(spark, resident, spec, averaging, elastic);
      case BARRIER -> {
        if (executorsComeAndGo) {
          throw new KindlingException(
              "Cannot train in barrier stages: Spark has none with spark.dynamicAllocation.enabled; set rounds to auto or elastic");
        }
        yield new BarrierRounds(spark, resident, spec, averaging, elastic);
      }
    };
  }

  private void describe(TrainingPlan plan, int epoch, int round) {
    spark
        .sc()
        .setJobDescription(
            "Kindling: epoch %d of %d, from round %d of %d on"
                .formatted(epoch + 1, epochs, round + 1, plan.roundsPerEpoch()));
  }

  private RoundProgress progress(
      TrainingPlan plan, int epoch, EpochTally tally, long trained, double seconds) {
    return new RoundProgress(
        epoch + 1,
        epochs,
        tally.minibatches(),
        plan.minibatchesPerEpoch(),
        trained + tally.examples(),
        (trained + tally.examples()) / (seconds + tally.seconds()),
        tally.loss());
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

  private static void checkShards(List<WorkerReport> workers, ShardSizes sizes) {
    for (int worker = 0; worker < workers.size(); worker++) {
      if (workers.get(worker).fingerprint != sizes.fingerprints()[worker]) {
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

  private static void checkLoss(List<WorkerReport> workers, int epoch, int round) {
    for (int worker = 0; worker < workers.size(); worker++) {
      if (!Double.isFinite(workers.get(worker).lossSum)) {
        throw new KindlingException(
            "Cannot train on: the loss of worker %d became %s in epoch %d, round %d; a lower learning rate may help"
                .formatted(worker, workers.get(worker).lossSum, epoch + 1, round + 1));
      }
    }
  }

  private static void checkParams(TrainingState state, int epoch, int rounds) {
    byte[] params = state.params();
    for (int at = 0; at < params.length; at += Float.BYTES) {
      float value = LittleEndian.getFloat(params, at);
      if (!Float.isFinite(value)) {
        throw new KindlingException(
            "Cannot train on: a parameter became %s in epoch %d, by round %d; a lower learning rate may help"
                .formatted(value, epoch + 1, rounds));
      }
    }
  }
}
