/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many tasks the cluster runs at once. */
public final class TaskSlots {
  private static final Logger LOG = LoggerFactory.getLogger(TaskSlots.class);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long POLL_MILLIS = 100;
  private static final Duration STARTING_UP = Duration.ofMinutes(2);

  private final SparkContext spark;

  public TaskSlots(SparkContext spark) {
    this.spark = spark;
  }

  /**
   * How many workers to train with.
   *
   * @param wanted 0 for one for each task slot; otherwise this waits a while for executors that are
   *     still starting, so that the shards do not all settle on the first. Fewer slots than workers
   *     are no error: workers then take turns.
   */
  public int workers(int wanted) {
    if (wanted == 0) {
      int slots = now();
      LOG.info("Training with {} workers, one for each task slot", slots);
      return slots;
    }
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (now() < wanted && mayGrow() && System.nanoTime() < deadline) {
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return wanted;
      }
    }
    if (now() < wanted) {
      LOG.warn("{} workers on {} task slots: workers will take turns", wanted, now());
    }
    return wanted;
  }

  /** Not in local mode, nor long after the start, when all executors that come have come. */
  private boolean mayGrow() {
    return !spark.isLocal()
        && System.currentTimeMillis() - spark.startTime() < STARTING_UP.toMillis();
  }

  /** The slots of the executors that are there now; at least 1. */
  int now() {
    return Math.max(
        1, spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile()));
  }
}
