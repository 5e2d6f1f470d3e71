/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.data.KindlingException;
import io.kindling.model.RoundLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkJobInfo;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Many rounds in one barrier stage, whose tasks all run at once and exchange states among
 * themselves: a round then costs a few milliseconds instead of a Spark job. A stage holds as many
 * rounds as take some seconds, so that progress is seen and a failure repeats little.
 *
 * <p>Where the stage fails, or cannot have the task slots that it needs, its rounds run in the
 * other way, which gives the same.
 */
final class BarrierRounds implements Rounds {
  private static final Logger LOG = LoggerFactory.getLogger(BarrierRounds.class);
  private static final ClassTag<BarrierStage.Outcome> OUTCOME =
      ClassTag$.MODULE$.apply(BarrierStage.Outcome.class);
  private static final double NANOS = 1e9;
  private static final double STAGE_SECONDS = 5;

  /** Before it is known how long a round takes. */
  private static final int FIRST_ROUNDS = 4;

  /** A stage lasts at least this many times as long as it takes to start and end it. */
  private static final double EDGES = 20;

  /** However quick they are. */
  private static final int MOST_ROUNDS = 10_000;

  /** So many stages may fail before no more are tried. */
  private static final int MOST_FAILURES = 3;

  private static final long POLL_SECONDS = 5;
  private static final int POLLS_WITHOUT_SLOTS = 6;

  private final JavaSparkContext spark;
  private final JavaRDD<ResidentShard> shards;
  private final ReplicaSpec spec;
  private final Averaging averaging;
  private final TaskSlots slots;
  private final Rounds otherwise;
  private final Rendezvous rendezvous;
  private int failures;
  private double roundSeconds;
  private double edgeSeconds;

  BarrierRounds(
      JavaSparkContext spark,
      JavaRDD<ResidentShard> shards,
      ReplicaSpec spec,
      Averaging averaging,
      Rounds otherwise) {
    this.spark = spark;
    this.shards = shards;
    this.spec = spec;
    this.averaging = averaging;
    this.slots = new TaskSlots(spark.sc());
    this.otherwise = otherwise;
    this.rendezvous = new Rendezvous(shards.getNumPartitions());
  }

  @Override
  public RoundsOutcome run(TrainingState state, int epoch, int first, int end) {
    int workers = shards.getNumPartitions();
    // Spark would wait, and fail the job in the end.
    if (failures >= MOST_FAILURES || slots.now() < workers) {
      return otherwise.run(state, epoch, first, end);
    }
    int last = Math.min(end, first + roundsOfAStage());
    long start = System.nanoTime();
    Broadcast<TrainingState> broadcast = spark.broadcast(state);
    rendezvous.begin(broadcast.id());
    double broadcastSeconds = (System.nanoTime() - start) / NANOS;
    try {
      BarrierStage stage =
          new BarrierStage(
              spec, averaging, broadcast, rendezvous.name(), shards.id(), epoch, first, last);
      RDD<BarrierStage.Outcome> outcomes =
          shards.rdd().barrier().mapPartitions(stage, false, OUTCOME);
      List<BarrierStage.Outcome> collected = collect(JavaRDD.fromRDD(outcomes, OUTCOME), workers);
      double total = (System.nanoTime() - start) / NANOS;
      return outcome(collected, total, broadcastSeconds);
    } catch (ExecutionException | CancellationException e) {
      if (isCancelled(e)) {
        throw new KindlingException("Cannot train on: the job was cancelled", e);
      }
      failures++;
      LOG.warn(
          "Rounds {} to {} of epoch {} are run again: {}",
          first + 1,
          last,
          epoch + 1,
          e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
      LOG.debug("Failure of the barrier stage", e);
      return otherwise.run(state, epoch, first, end);
    } finally {
      rendezvous.end();
      Cleanup.of("a broadcast", broadcast::destroy);
    }
  }

  /** Whether any task of a job runs; a barrier stage starts when there are slots for all of it. */
  private boolean isRunning(JavaFutureAction<?> job) {
    for (int id : job.jobIds()) {
      SparkJobInfo info = spark.statusTracker().getJobInfo(id);
      for (int stage : info == null ? new int[0] : info.stageIds()) {
        SparkStageInfo of = spark.statusTracker().getStageInfo(stage);
        if (of != null && of.numActiveTasks() > 0) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether somebody ended the job on purpose, for which Spark has no type. */
  private static boolean isCancelled(Exception failure) {
    Throwable cause = failure.getCause();
    return cause != null && String.valueOf(cause.getMessage()).matches("(?s)Job \\d+ cancelled.*");
  }

  private int roundsOfAStage() {
    if (roundSeconds == 0) {
      return FIRST_ROUNDS;
    }
    double seconds = Math.max(STAGE_SECONDS, EDGES * edgeSeconds);
    return (int) Math.max(1, Math.min(MOST_ROUNDS, seconds / roundSeconds));
  }

  /** Waits for a job, unless its stage waits for slots that are gone. */
  private List<BarrierStage.Outcome> collect(JavaRDD<BarrierStage.Outcome> outcomes, int workers)
      throws ExecutionException {
    JavaFutureAction<List<BarrierStage.Outcome>> job = outcomes.collectAsync();
    int without = 0;
    while (true) {
      try {
        return job.get(POLL_SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        without = slots.now() < workers || !isRunning(job) ? without + 1 : 0;
        if (without >= POLLS_WITHOUT_SLOTS) {
          job.cancel(true);
          throw new CancellationException(
              "%d workers need as many free task slots at once".formatted(workers));
        }
      } catch (InterruptedException e) {
        job.cancel(true);
        Thread.currentThread().interrupt();
        throw new CancellationException("the training was interrupted");
      }
    }
  }

  private RoundsOutcome outcome(
      List<BarrierStage.Outcome> collected, double total, double broadcastSeconds) {
    int count = collected.get(0).rounds.size();
    List<List<WorkerReport>> rounds = new ArrayList<>();
    double inRounds = 0;
    for (int round = 0; round < count; round++) {
      List<WorkerReport> workers = new ArrayList<>();
      for (BarrierStage.Outcome outcome : collected) {
        workers.add(outcome.rounds.get(round));
      }
      rounds.add(workers);
      inRounds += WorkerReport.mean(workers, report -> report.task);
    }
    roundSeconds = inRounds / count;
    edgeSeconds = Math.max(0, total - inRounds);
    double scheduleSeconds = Math.max(0, total - broadcastSeconds - inRounds);
    List<RoundsOutcome.Round> reported = new ArrayList<>();
    for (List<WorkerReport> workers : rounds) {
      reported.add(
          new RoundsOutcome.Round(
              workers, ledger(workers, scheduleSeconds / count, broadcastSeconds / count)));
    }
    return new RoundsOutcome(
        TrainingState.join(collected.stream().map(outcome -> outcome.slice).toList()), reported);
  }

  private static RoundLedger ledger(List<WorkerReport> workers, double schedule, double broadcast) {
    return new RoundLedger(
        1,
        schedule + broadcast + WorkerReport.mean(workers, report -> report.task),
        schedule,
        broadcast,
        WorkerReport.mean(workers, report -> report.load),
        WorkerReport.mean(workers, report -> report.fit),
        WorkerReport.mean(workers, report -> report.serialise),
        WorkerReport.mean(workers, report -> report.await),
        WorkerReport.mean(workers, report -> report.reduce),
        workers.stream().mapToLong(report -> report.sent).sum());
  }

  @Override
  public void close() {
    rendezvous.close();
    otherwise.close();
  }
}
