/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.dl4jspark;

import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.spark.util.AccumulatorV2;

/**
 * What the workers of one round say that they trained on, by worker: Spark may run a task twice,
 * and a plain sum would count its examples twice.
 */
final class RoundCount extends AccumulatorV2<RoundCount.Minibatch, RoundCount> {
  private static final long serialVersionUID = 1L;

  /**
   * One optimizer step.
   *
   * @param worker the partition
   * @param examples in the minibatch
   * @param loss the minibatch's mean
   * @param seconds it took
   */
  record Minibatch(int worker, long examples, double loss, double seconds) {}

  // A heartbeat of the executor may look at it while the task counts.
  private final ConcurrentSkipListMap<Integer, Tally> tallies = new ConcurrentSkipListMap<>();

  @Override
  public boolean isZero() {
    return tallies.isEmpty();
  }

  @Override
  public RoundCount copy() {
    RoundCount copy = new RoundCount();
    tallies.forEach((worker, tally) -> copy.tallies.put(worker, tally.copy()));
    return copy;
  }

  @Override
  public void reset() {
    tallies.clear();
  }

  @Override
  public void add(Minibatch minibatch) {
    tallies.computeIfAbsent(minibatch.worker(), worker -> new Tally()).add(minibatch);
  }

  /** A second run of a worker's task replaces the first. */
  @Override
  public void merge(AccumulatorV2<Minibatch, RoundCount> other) {
    tallies.putAll(((RoundCount) other).tallies);
  }

  @Override
  public RoundCount value() {
    return this;
  }

  long examples() {
    return tallies.values().stream().mapToLong(tally -> tally.examples).sum();
  }

  long minibatches() {
    return tallies.values().stream().mapToLong(tally -> tally.minibatches).sum();
  }

  /** The most optimizer steps that a worker took. */
  int steps() {
    return tallies.values().stream().mapToInt(tally -> tally.minibatches).max().orElse(0);
  }

  /** Time in optimizer steps, summed over the workers. */
  double seconds() {
    return tallies.values().stream().mapToDouble(tally -> tally.seconds).sum();
  }

  double lossSum() {
    return tallies.values().stream().mapToDouble(tally -> tally.lossSum).sum();
  }

  /** The worker whose loss is no finite number, with that loss; null where all are. */
  Map.Entry<Integer, Double> diverged() {
    for (Map.Entry<Integer, Tally> entry : tallies.entrySet()) {
      if (!Double.isFinite(entry.getValue().lossSum)) {
        return Map.entry(entry.getKey(), entry.getValue().lossSum);
      }
    }
    return null;
  }

  /** One worker's part. */
  private static final class Tally implements Serializable {
    private static final long serialVersionUID = 1L;

    private long examples;
    private int minibatches;
    private double lossSum;
    private double seconds;

    void add(Minibatch minibatch) {
      examples += minibatch.examples();
      minibatches++;
      lossSum += minibatch.loss() * minibatch.examples();
      seconds += minibatch.seconds();
    }

    Tally copy() {
      Tally copy = new Tally();
      copy.examples = examples;
      copy.minibatches = minibatches;
      copy.lossSum = lossSum;
      copy.seconds = seconds;
      return copy;
    }
  }
}
