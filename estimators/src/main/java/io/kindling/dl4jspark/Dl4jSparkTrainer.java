/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.dl4jspark;

import io.kindling.averaging.ReplicaSpec;
import io.kindling.averaging.RoundProgress;
import io.kindling.averaging.ShardSizes;
import io.kindling.averaging.TrainingListener;
import io.kindling.averaging.TrainingPlan;
import io.kindling.averaging.TrainingResult;
import io.kindling.averaging.TrainingState;
import io.kindling.data.KindlingException;
import io.kindling.model.EpochSummary;
import io.kindling.model.PredictionCounts;
import io.kindling.model.RoundLedger;
import io.kindling.model.TrainingSummary;
import io.kindling.shards.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a network with dl4j-spark's {@code ParameterAveragingTrainingMaster}, on the same shards
 * as the averaging engine and in the same rounds.
 *
 * <p>Given a whole training set, dl4j-spark divides it into {@code rows / (workers * batch *
 * frequency)} splits, rounded down, and each worker stops after {@code frequency} minibatches of a
 * split: what does not fill the last split is lost, 150 of 630 rows for 2 workers, batch 16 and
 * frequency 5. So it is given one round at a time, in one partition for each worker, and is told
 * not to repartition; then there is one split, and each partition holds what its worker takes.
 * {@link RoundCount} counts the examples of every optimizer step, and a wrong sum fails the
 * training.
 *
 * <p>What stays different from the averaging engine: replicas are averaged by their number, not by
 * their examples, so that short minibatches at the end of an epoch weigh more; sums are in floats
 * and in the order in which workers finish, so that the same seed gives the same model to rounding
 * only; every task builds its network anew.
 */
public final class Dl4jSparkTrainer {
  private static final Logger LOG = LoggerFactory.getLogger(Dl4jSparkTrainer.class);
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
  public Dl4jSparkTrainer(
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
   * Loads what it takes of dl4j-spark.
   *
   * @throws NoClassDefFoundError if its jar is not there
   */
  public static void checkAvailable() {
    SparkNetwork.checkAvailable();
  }

  /**
   * Trains on shards, which are cached meanwhile and let go at the end, also when it fails.
   *
   * @param shards one in each partition
   * @throws KindlingException if there is nothing to train on, Spark's serializer cannot move
   *     arrays, the loss is no number, or examples were lost
   */
  public TrainingResult train(JavaRDD<Shard> shards, TrainingState initial) {
    checkSerializer(spark.getConf());
    shards.setName("Kindling shards").persist(StorageLevel.MEMORY_ONLY());
    String description = spark.getLocalProperty("spark.job.description");
    try {
      spark.sc().setJobDescription("Kindling: shuffle the training set into shards");
      ShardSizes sizes = ShardSizes.of(shards);
      TrainingPlan plan = TrainingPlan.of(sizes, spec.batchSize(), averagingFrequency, epochs);
      LOG.info("Training with dl4j-spark: {}", plan);
      listener.onTrainingStart(plan);
      try (SparkNetwork network =
          new SparkNetwork(spark, spec, plan.workers(), averagingFrequency, initial)) {
        return train(shards, plan, sizes, network);
      } finally {
        release(shards);
      }
    } finally {
      spark.sc().setJobDescription(description);
      shards.unpersist(false);
    }
  }

  /** Gives the shards' disk space back; where it fails, the garbage collector will. */
  private void release(JavaRDD<Shard> shards) {
    try {
      spark.sc().setJobDescription("Kindling: release the shards");
      shards.foreach(Shard::close);
    } catch (Exception e) { // also what Spark throws without saying so
      LOG.warn("The shards' disk space is left to the garbage collector", e);
    }
  }

  /** Kryo fails on arrays far from the cause; 1.0.0-M2 ships no registrator for them. */
  static void checkSerializer(SparkConf conf) {
    if (conf.get("spark.serializer", "").endsWith("KryoSerializer")
        && !conf.contains("spark.kryo.registrator")) {
      throw new KindlingException(
          "Cannot train with dl4j-spark: spark.serializer is Kryo, which cannot move its arrays; unset spark.serializer, or use engine averaging");
    }
  }

  private TrainingResult train(
      JavaRDD<Shard> shards, TrainingPlan plan, ShardSizes sizes, SparkNetwork network) {
    List<EpochSummary> history = new ArrayList<>();
    long trained = 0;
    double seconds = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      long examples = 0;
      long minibatches = 0;
      double lossSum = 0;
      double epochSeconds = 0;
      double fitSeconds = 0;
      for (int round = 0; round < plan.roundsPerEpoch(); round++) {
        spark
            .sc()
            .setJobDescription(
                "Kindling with dl4j-spark: epoch %d of %d, round %d of %d"
                    .formatted(epoch + 1, epochs, round + 1, plan.roundsPerEpoch()));
        long start = System.nanoTime();
        RoundCount count = new RoundCount();
        spark.sc().register(count);
        CountingListener counting = new CountingListener(count);
        network.fit(
            shards.mapPartitions(
                new RoundMinibatches(
                    spec,
                    sizes.fingerprints(),
                    epoch,
                    round,
                    averagingFrequency,
                    network.iterations(),
                    counting)),
            counting,
            count,
            epoch);
        epochSeconds += (System.nanoTime() - start) / NANOS;
        checkLoss(count, epoch, round);
        examples += count.examples();
        minibatches += count.minibatches();
        lossSum += count.lossSum();
        fitSeconds += count.seconds() / plan.workers();
        listener.onRound(
            new RoundProgress(
                epoch + 1,
                epochs,
                minibatches,
                plan.minibatchesPerEpoch(),
                trained + examples,
                (trained + examples) / (seconds + epochSeconds),
                spec.target().loss(lossSum / examples)));
      }
      if (examples != plan.examples()) {
        throw new KindlingException(
            "Cannot trust the training: dl4j-spark trained on %d examples of %d in epoch %d; use engine averaging"
                .formatted(examples, plan.examples(), epoch + 1));
      }
      trained += examples;
      seconds += epochSeconds;
      EpochSummary summary =
          new EpochSummary(
              epoch + 1,
              spec.target().loss(lossSum / examples),
              validate(shards, plan, network, epoch),
              epochSeconds,
              examples / epochSeconds,
              ledger(plan.roundsPerEpoch(), epochSeconds, fitSeconds));
      LOG.info("{}", summary);
      history.add(summary);
      listener.onEpoch(summary);
    }
    EpochSummary last = history.get(history.size() - 1);
    return new TrainingResult(
        network.state(),
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
            List.copyOf(history),
            history.stream().map(EpochSummary::ledger).reduce(RoundLedger.EMPTY, RoundLedger::plus),
            null,
            epochs,
            false,
            null));
  }

  /** dl4j-spark tells of nothing but its steps: all else counts as Spark's part. */
  private static RoundLedger ledger(int rounds, double total, double fit) {
    return new RoundLedger(rounds, total, total - fit, 0, 0, fit, 0, 0, 0, 0);
  }

  private static void checkLoss(RoundCount count, int epoch, int round) {
    Map.Entry<Integer, Double> diverged = count.diverged();
    if (diverged != null) {
      throw new KindlingException(
          "Cannot train on: the loss of worker %d became %s in epoch %d, round %d; a lower learning rate may help"
              .formatted(diverged.getKey(), diverged.getValue(), epoch + 1, round + 1));
    }
  }

  private Map<String, Double> validate(
      JavaRDD<Shard> shards, TrainingPlan plan, SparkNetwork network, int epoch) {
    float[] values = network.params();
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new KindlingException(
            "Cannot train on: a parameter became %s; a lower learning rate may help"
                .formatted(value));
      }
    }
    if (plan.validationExamples() == 0) {
      return Map.of();
    }
    spark.sc().setJobDescription("Kindling: validate after epoch %d".formatted(epoch + 1));
    Broadcast<float[]> params = spark.broadcast(values);
    try {
      PredictionCounts counts = spec.target().counts();
      shards.map(new Validation(spec, params)).collect().forEach(counts::merge);
      return counts.asMap();
    } finally {
      params.destroy();
    }
  }
}
