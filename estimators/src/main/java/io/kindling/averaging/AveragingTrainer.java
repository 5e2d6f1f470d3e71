/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.checkpoint.Restored;
import io.kindling.data.KindlingException;
import io.kindling.input.LittleEndian;
import io.kindling.model.EpochSummary;
import io.kindling.model.PredictionCounts;
import io.kindling.model.TrainingSummary;
import io.kindling.optimizers.RateSchedule;
import io.kindling.shards.Shard;
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
  private EarlyStopping earlyStopping;
  private Checkpointing checkpointing = Checkpointing.none();

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

  /** Stops before the last epoch, and keeps the best one's state. */
  public AveragingTrainer stoppingEarly(EarlyStopping rule) {
    this.earlyStopping = rule;
    return this;
  }

  /** Writes checkpoints, and goes on from one where there is one. */
  public AveragingTrainer withCheckpoints(Checkpointing checkpoints) {
    this.checkpointing = checkpoints;
    return this;
  }

  /**
   * Trains on shards, which are cached meanwhile and let go at the end, also when it fails.
   *
   * @param shards one in each partition
   * @throws KindlingException if there is nothing to train on, the loss is no number, examples were
   *     lost, or there is a checkpoint of another training
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
      ShardSizes sizes = ShardSizes.of(resident.map(ResidentShard::shard));
      TrainingPlan plan = TrainingPlan.of(sizes, spec.batchSize(), averaging.frequency(), epochs);
      if (earlyStopping != null) {
        earlyStopping.check(plan.validationExamples() > 0);
      }
      LOG.info("Training: {}", plan);
      listener.onTrainingStart(plan);
      return train(resident, plan, sizes, initial);
    } finally {
      Cleanup.of(
          "the shards",
          () -> {
            spark.sc().setJobDescription(description);
            resident.unpersist(false);
          });
    }
  }

  private TrainingResult train(
      JavaRDD<ResidentShard> resident, TrainingPlan plan, ShardSizes sizes, TrainingState initial) {
    FrozenParams frozen = FrozenParams.of(spark, spec.configuration(), initial);
    ReplicaSpec replica = scheduled(sizes, initial).without(frozen);
    try (Rounds rounds = rounds(resident, replica)) {
      TrainingState start = frozen == null ? initial : frozen.moving(initial);
      TrainingResult result = train(rounds, resident, replica, plan, sizes, start);
      return frozen == null
          ? result
          : new TrainingResult(frozen.whole(result.state()), result.summary());
    } finally {
      release(resident);
      if (frozen != null) {
        Cleanup.of("a broadcast", frozen::destroy);
      }
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

  private TrainingResult train(
      Rounds rounds,
      JavaRDD<ResidentShard> resident,
      ReplicaSpec replica,
      TrainingPlan plan,
      ShardSizes sizes,
      TrainingState initial) {
    TrainingState first = averaging.outer().isAverage() ? initial : initial.withOuterMomentum();
    Checkpointing.Resumed resumed =
        checkpointing.resume(Standing.start(first), sizes, epochs, replica.frozen());
    if (resumed.restored() != null) {
      announce(resumed);
    }
    Standing standing = resumed.standing();
    while (!isOver(standing)) {
      standing = rest(rounds, plan, sizes, standing);
      EpochTally tally = standing.tally();
      if (tally.examples() != plan.examples()) {
        throw notTheSame(
            "epoch %d trained on %d examples of %d"
                .formatted(standing.epoch() + 1, tally.examples(), plan.examples()));
      }
      EpochSummary summary =
          new EpochSummary(
              standing.epoch() + 1,
              tally.loss(),
              validate(resident, replica, plan, standing.state(), standing.epoch()),
              tally.seconds(),
              tally.examples() / tally.seconds(),
              tally.ledger());
      LOG.info("{}", summary);
      standing =
          standing.after(
              summary,
              earlyStopping == null
                  ? null
                  : BestState.after(earlyStopping, standing.best(), summary, standing.state()));
      checkpointing.write(standing);
      listener.onEpoch(summary);
    }
    return result(plan, standing, resumed.restored());
  }

  /** Whether no epoch is left, or none is wanted. */
  private boolean isOver(Standing standing) {
    return standing.epoch() >= epochs
        || (earlyStopping != null
            && standing.best() != null
            && standing.best().waited() >= earlyStopping.patience());
  }

  /** The rounds of an epoch that are left. */
  private Standing rest(Rounds rounds, TrainingPlan plan, ShardSizes sizes, Standing begun) {
    Standing standing = begun;
    while (standing.round() < plan.roundsPerEpoch()) {
      int epoch = standing.epoch();
      int round = standing.round();
      describe(plan, epoch, round);
      RoundsOutcome outcome =
          rounds.run(
              standing.state(), epoch, round, checkpointing.next(round, plan.roundsPerEpoch()));
      for (RoundsOutcome.Round done : outcome.rounds()) {
        checkShards(done.workers(), sizes);
        checkLoss(done.workers(), epoch, round++);
        standing.tally().add(done);
        listener.onRound(
            progress(plan, epoch, standing.tally(), standing.trained(), standing.ledger().total()));
      }
      checkParams(outcome.state(), epoch, round);
      standing = standing.before(round, outcome.state());
      checkpointing.within(standing, plan.roundsPerEpoch());
    }
    return standing;
  }

  private void announce(Checkpointing.Resumed resumed) {
    Standing standing = resumed.standing();
    Resumption resumption =
        new Resumption(
            resumed.restored().path(),
            standing.epoch() + 1,
            standing.round() + 1,
            isOver(standing),
            standing.trained() + standing.tally().examples(),
            resumed.restored().damaged());
    LOG.info("{}", resumption);
    listener.onResume(resumption);
  }

  private TrainingResult result(TrainingPlan plan, Standing standing, Restored restored) {
    List<EpochSummary> history = standing.history();
    BestState best = standing.best();
    int kept = best == null ? history.size() : best.epoch();
    EpochSummary ofModel = history.get(kept - 1);
    return new TrainingResult(
        best == null ? standing.state() : best.state(),
        new TrainingSummary(
            plan.examples(),
            plan.skipped(),
            standing.trained(),
            history.size(),
            plan.workers(),
            (long) history.size() * plan.roundsPerEpoch(),
            standing.ledger().total(),
            ofModel.loss(),
            ofModel.validation(),
            history,
            standing.ledger(),
            AveragingVerdict.of(standing.ledger(), plan),
            kept,
            history.size() < epochs,
            restored == null ? null : restored.path()));
  }

  /** What replicas are built of: schedules know how many iterations an epoch has. */
  private ReplicaSpec scheduled(ShardSizes sizes, TrainingState initial) {
    return spec.withConfiguration(
        RateSchedule.placed(
            spec.configuration(),
            epochs,
            TrainingPlan.iterationsPerEpoch(sizes, spec.batchSize()),
            initial.iterations()));
  }

  private Rounds rounds(JavaRDD<ResidentShard> resident, ReplicaSpec replica) {
    Rounds elastic = new JobRounds(spark, resident, replica, averaging);
    boolean executorsComeAndGo =
        spark.getConf().getBoolean("spark.dynamicAllocation.enabled", false);
    // Spark runs no second copy of a barrier task.
    boolean copies = spark.getConf().getBoolean("spark.speculation", false);
    return switch (averaging.mode()) {
      case ELASTIC -> elastic;
      case AUTO ->
          executorsComeAndGo || copies
              ? elastic
              : new BarrierRounds(spark, resident, replica, averaging, elastic);
      case BARRIER -> {
        if (executorsComeAndGo) {
          throw new KindlingException(
              "Cannot train in barrier stages: Spark has none with spark.dynamicAllocation.enabled; set rounds to auto or elastic");
        }
        yield new BarrierRounds(spark, resident, replica, averaging, elastic);
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
      JavaRDD<ResidentShard> resident,
      ReplicaSpec replica,
      TrainingPlan plan,
      TrainingState state,
      int epoch) {
    if (plan.validationExamples() == 0) {
      return Map.of();
    }
    spark.sc().setJobDescription("Kindling: validate after epoch %d".formatted(epoch + 1));
    Broadcast<byte[]> params = spark.broadcast(state.params());
    try {
      List<PredictionCounts> parts =
          onEachShard(resident, held -> held.validate(replica, params.value()));
      PredictionCounts counts = spec.target().counts();
      parts.forEach(counts::merge);
      return counts.asMap();
    } finally {
      Cleanup.of("a broadcast", params::destroy);
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

  private void checkLoss(List<WorkerReport> workers, int epoch, int round) {
    for (int worker = 0; worker < workers.size(); worker++) {
      if (!Double.isFinite(workers.get(worker).lossSum)) {
        throw new KindlingException(
            "Cannot train on: the loss of worker %d became %s in epoch %d, round %d; a lower learning rate may help%s"
                .formatted(
                    worker,
                    workers.get(worker).lossSum,
                    epoch + 1,
                    round + 1,
                    checkpointing.lastGood()));
      }
    }
  }

  private void checkParams(TrainingState state, int epoch, int rounds) {
    byte[] params = state.params();
    for (int at = 0; at < params.length; at += Float.BYTES) {
      float value = LittleEndian.getFloat(params, at);
      if (!Float.isFinite(value)) {
        throw new KindlingException(
            "Cannot train on: a parameter became %s in epoch %d, by round %d; a lower learning rate may help%s"
                .formatted(value, epoch + 1, rounds, checkpointing.lastGood()));
      }
    }
  }
}
