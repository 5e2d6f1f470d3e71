/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.model.RoundLedger;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * One Spark job a round: each shard's task fits its replica and deals the slices of the state to
 * the tasks of a second stage, which average them. Every task depends only on the broadcast state,
 * its shard and the seed, so that Spark may run it again, twice or elsewhere, and executors may
 * come and go.
 */
final class JobRounds implements Rounds {
  private static final double NANOS = 1e9;

  /** Below this a slice costs more to handle than to average. */
  private static final long SLICE_BYTES = 4 * 1024 * 1024;

  private final JavaSparkContext spark;
  private final JavaRDD<ResidentShard> shards;
  private final ReplicaSpec spec;
  private final Averaging averaging;

  JobRounds(
      JavaSparkContext spark,
      JavaRDD<ResidentShard> shards,
      ReplicaSpec spec,
      Averaging averaging) {
    this.spark = spark;
    this.shards = shards;
    this.spec = spec;
    this.averaging = averaging;
  }

  @Override
  public RoundsOutcome run(TrainingState state, int epoch, int round, int end) {
    long start = System.nanoTime();
    int slices = (int) Math.min(shards.getNumPartitions(), 1 + (state.bytes() - 1) / SLICE_BYTES);
    Broadcast<TrainingState> broadcast = spark.broadcast(state);
    double broadcastSeconds = (System.nanoTime() - start) / NANOS;
    JavaPairRDD<Integer, SliceEnd> dealt = fit(broadcast, slices, epoch, round);
    JavaRDD<SliceMean> means = average(broadcast, dealt, slices);
    try {
      List<SliceMean> collected = means.collect();
      TrainingState next = TrainingState.join(collected.stream().map(mean -> mean.state).toList());
      List<WorkerReport> reports = collected.get(0).workers;
      double total = (System.nanoTime() - start) / NANOS;
      return new RoundsOutcome(
          next,
          List.of(
              new RoundsOutcome.Round(
                  reports, ledger(total, broadcastSeconds, reports, collected))));
    } finally {
      Cleanup.of("a shuffle", () -> means.rdd().cleanShuffleDependencies(false));
      Cleanup.of("a broadcast", broadcast::destroy);
    }
  }

  private JavaPairRDD<Integer, SliceEnd> fit(
      Broadcast<TrainingState> broadcast, int slices, int epoch, int round) {
    ReplicaSpec spec = this.spec;
    Averaging how = averaging;
    int rdd = shards.id();
    return shards
        .flatMapToPair(
            held -> {
              long start = System.nanoTime();
              int worker = TaskContext.getPartitionId();
              try {
                return held.withReplica(
                    spec,
                    replica ->
                        deal(
                            held,
                            replica,
                            spec,
                            how,
                            broadcast.value(),
                            slices,
                            epoch,
                            round,
                            start));
              } finally {
                held.closeUnlessResident(rdd, worker);
              }
            })
        .partitionBy(new HashPartitioner(slices));
  }

  private static Iterator<Tuple2<Integer, SliceEnd>> deal(
      ResidentShard held,
      Replica replica,
      ReplicaSpec spec,
      Averaging averaging,
      TrainingState base,
      int slices,
      int epoch,
      int round,
      long start) {
    int worker = TaskContext.getPartitionId();
    replica.load(base, epoch);
    long loaded = System.nanoTime();
    RoundResult result = held.fit(replica, spec, worker, epoch, round, averaging.frequency());
    long fitted = System.nanoTime();
    WorkerReport report = new WorkerReport(result, held.shard().fingerprint());
    TrainingState reached = result.examples() == 0 ? null : replica.state();
    List<Tuple2<Integer, SliceEnd>> dealt = new ArrayList<>();
    for (int slice = 0; slice < slices; slice++) {
      byte[] encoded =
          reached == null
              ? null
              : averaging
                  .transport()
                  .encode(reached.slice(slice, slices), base.slice(slice, slices));
      report.sent += encoded == null ? 0 : encoded.length;
      dealt.add(new Tuple2<>(slice, new SliceEnd(worker, encoded, report)));
    }
    long serialised = System.nanoTime();
    report.load = (loaded - start) / NANOS;
    report.fit = (fitted - loaded) / NANOS;
    report.serialise = (serialised - fitted) / NANOS;
    report.task = (serialised - start) / NANOS;
    return dealt.iterator();
  }

  private JavaRDD<SliceMean> average(
      Broadcast<TrainingState> broadcast, JavaPairRDD<Integer, SliceEnd> dealt, int slices) {
    Averaging how = averaging;
    return dealt
        .values()
        .mapPartitions(
            ends -> {
              long start = System.nanoTime();
              List<SliceEnd> all = new ArrayList<>();
              ends.forEachRemaining(all::add);
              all.sort(Comparator.comparingInt(end -> end.worker));
              TrainingState base = broadcast.value().slice(TaskContext.getPartitionId(), slices);
              List<SliceAverage.Part> parts = new ArrayList<>();
              int minibatches = 0;
              for (SliceEnd end : all) {
                if (end.encoded != null) {
                  parts.add(new SliceAverage.Part(end.encoded, end.report.examples));
                  minibatches = Math.max(minibatches, end.report.minibatches);
                }
              }
              TrainingState mean = new SliceAverage(how).of(base, parts, minibatches).state();
              double seconds = (System.nanoTime() - start) / NANOS;
              return List.of(
                      new SliceMean(
                          mean,
                          new ArrayList<>(all.stream().map(end -> end.report).toList()),
                          seconds))
                  .iterator();
            });
  }

  private static RoundLedger ledger(
      double total, double broadcast, List<WorkerReport> reports, List<SliceMean> means) {
    double longest = reports.stream().mapToDouble(report -> report.task).max().orElse(0);
    double mean = WorkerReport.mean(reports, report -> report.task);
    double reduce = means.stream().mapToDouble(slice -> slice.seconds).max().orElse(0);
    return new RoundLedger(
        1,
        total,
        Math.max(0, total - broadcast - longest - reduce),
        broadcast,
        WorkerReport.mean(reports, report -> report.load),
        WorkerReport.mean(reports, report -> report.fit),
        WorkerReport.mean(reports, report -> report.serialise),
        longest - mean,
        reduce,
        reports.stream().mapToLong(report -> report.sent).sum());
  }

  /** Where one replica ended, one slice of it, on its way to be averaged. */
  private static final class SliceEnd implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int worker;
    private final byte[] encoded;
    private final WorkerReport report;

    SliceEnd(int worker, byte[] encoded, WorkerReport report) {
      this.worker = worker;
      this.encoded = encoded;
      this.report = report;
    }
  }

  /** An averaged slice on its way to the driver, with the reports of all workers. */
  private static final class SliceMean implements Serializable {
    private static final long serialVersionUID = 1L;

    private final TrainingState state;
    private final List<WorkerReport> workers;
    private final double seconds;

    SliceMean(TrainingState state, List<WorkerReport> workers, double seconds) {
      this.state = state;
      this.workers = workers;
      this.seconds = seconds;
    }
  }
}
