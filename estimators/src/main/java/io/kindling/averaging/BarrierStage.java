/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction1;

/**
 * A worker's task in a barrier stage of many rounds. In each round it fits its replica, cuts where
 * that ended into a slice for each worker, averages its own slice of all workers' and fetches the
 * others: a reduce-scatter and an all-gather, in which a worker sends and receives about twice the
 * state, however many there are.
 */
final class BarrierStage
    extends AbstractFunction1<Iterator<ResidentShard>, Iterator<BarrierStage.Outcome>>
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final double NANOS = 1e9;

  private final ReplicaSpec spec;
  private final Averaging averaging;
  private final Broadcast<TrainingState> broadcast;
  private final String rendezvous;
  private final int rdd;
  private final int epoch;
  private final int first;
  private final int end;

  BarrierStage(
      ReplicaSpec spec,
      Averaging averaging,
      Broadcast<TrainingState> broadcast,
      String rendezvous,
      int rdd,
      int epoch,
      int first,
      int end) {
    this.spec = spec;
    this.averaging = averaging;
    this.broadcast = broadcast;
    this.rendezvous = rendezvous;
    this.rdd = rdd;
    this.epoch = epoch;
    this.first = first;
    this.end = end;
  }

  /** What a worker brings back: its slice of the state, and its reports of the rounds. */
  static final class Outcome implements Serializable {
    private static final long serialVersionUID = 1L;

    final TrainingState slice;
    final List<WorkerReport> rounds;

    Outcome(TrainingState slice, List<WorkerReport> rounds) {
      this.slice = slice;
      this.rounds = rounds;
    }
  }

  @Override
  public Iterator<Outcome> apply(Iterator<ResidentShard> shards) {
    // BarrierTaskContext.get() would start a thread that keeps a program from ending (Spark 3.5).
    BarrierTaskContext context = (BarrierTaskContext) TaskContext.get();
    ResidentShard held = shards.next();
    try {
      Outcome outcome = held.withReplica(spec, replica -> new Run(context, held, replica).rounds());
      return JavaConverters.asScalaIterator(List.of(outcome).iterator());
    } finally {
      held.closeUnlessResident(rdd, context.partitionId());
    }
  }

  /** One attempt at the stage. */
  private final class Run {
    private final ResidentShard held;
    private final Replica replica;
    private final SliceExchange exchange;
    private final SliceAverage average = new SliceAverage(averaging);
    private final int worker;
    private final int workers;
    private final List<WorkerReport> reports = new ArrayList<>();
    private TrainingState state;
    private TrainingState own;
    private long clock;

    Run(BarrierTaskContext context, ResidentShard held, Replica replica) {
      this.held = held;
      this.replica = replica;
      this.worker = context.partitionId();
      this.exchange = new SliceExchange(context, broadcast.id(), rendezvous);
      this.workers = exchange.workers();
    }

    Outcome rounds() {
      boolean whole = false;
      try {
        Outcome outcome = allRounds();
        whole = true;
        return outcome;
      } finally {
        if (!whole) {
          exchange.removePublished(0);
        }
      }
    }

    private Outcome allRounds() {
      clock = System.nanoTime();
      TrainingState start = broadcast.value();
      own = start.slice(worker, workers);
      state = start.at(start.iterations());
      boolean finite = true;
      for (int round = first; round < end && finite; round++) {
        replica.load(state, epoch);
        double load = lap();
        RoundResult result = held.fit(replica, spec, worker, epoch, round, averaging.frequency());
        WorkerReport report = new WorkerReport(result, held.shard().fingerprint());
        report.load = load;
        report.fit = lap();
        finite = average(report, round);
        report.task = report.load + report.fit + report.serialise + report.await + report.reduce;
        reports.add(report);
      }
      return new Outcome(own, reports);
    }

    /** Exchanges and averages; false where a worker's loss is no number. */
    private boolean average(WorkerReport report, int round) {
      byte[] ownEnd = null;
      if (report.examples > 0) {
        TrainingState reached = replica.state();
        for (int to = 0; to < workers; to++) {
          TrainingState base = to == worker ? own : state.slice(to, workers);
          byte[] encoded = averaging.transport().encode(reached.slice(to, workers), base);
          if (to == worker) {
            ownEnd = encoded;
          } else {
            exchange.publish("ends_" + round + "_" + worker + "_" + to, encoded);
            report.sent += encoded.length;
          }
        }
      }
      report.serialise += lap();
      Told[] all = tell(report);
      report.await += lap();

      List<SliceAverage.Part> parts = new ArrayList<>();
      int minibatches = 0;
      boolean finite = true;
      for (int from = 0; from < workers; from++) {
        finite &= all[from].finite;
        minibatches = Math.max(minibatches, all[from].minibatches);
        if (all[from].examples > 0) {
          byte[] encoded =
              from == worker
                  ? ownEnd
                  : exchange.fetch(from, "ends_" + round + "_" + from + "_" + worker);
          parts.add(new SliceAverage.Part(encoded, all[from].examples));
        }
      }
      SliceAverage.Mean mean = average.of(own, parts, minibatches);
      report.reduce += lap();
      if (round + 1 < end && finite) {
        spread(mean, report, round);
      }
      own = mean.state();
      return finite;
    }

    /** Gives the averaged slice to the others and takes theirs: the next round's state. */
    private void spread(SliceAverage.Mean mean, WorkerReport report, int round) {
      exchange.publish("mean_" + round + "_" + worker, mean.encoded());
      report.sent += (workers - 1L) * mean.encoded().length;
      report.serialise += lap();
      exchange.await();
      report.await += lap();
      // All have fetched what came before the means of this round.
      exchange.removePublished(1);
      int iterations = mean.state().iterations();
      List<TrainingState> slices = new ArrayList<>();
      for (int from = 0; from < workers; from++) {
        slices.add(
            from == worker
                ? mean.state().at(iterations)
                : averaging
                    .transport()
                    .decode(
                        exchange.fetch(from, "mean_" + round + "_" + from),
                        state.slice(from, workers))
                    .at(iterations));
      }
      state = TrainingState.join(slices);
      report.reduce += lap();
    }

    private Told[] tell(WorkerReport report) {
      boolean finite = Double.isFinite(report.lossSum);
      String[] messages = exchange.tell(report.examples + " " + report.minibatches + " " + finite);
      Told[] all = new Told[workers];
      for (int i = 0; i < workers; i++) {
        String[] words = messages[i].split(" ", 3);
        all[i] =
            new Told(
                Long.parseLong(words[0]),
                Integer.parseInt(words[1]),
                Boolean.parseBoolean(words[2]));
      }
      return all;
    }

    private double lap() {
      long now = System.nanoTime();
      double seconds = (now - clock) / NANOS;
      clock = now;
      return seconds;
    }
  }

  /** What a worker tells the others of its round. */
  private record Told(long examples, int minibatches, boolean finite) {}
}
