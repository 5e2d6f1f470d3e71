/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many tasks the cluster runs at once. */
final class TaskSlots {
  private static final Logger LOG = LoggerFactory.getLogger(TaskSlots.class);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long POLL_MILLIS = 100;

  private final SparkContext spark;

  TaskSlots(SparkContext spark) {
    this.spark = spark;
  }

  /** The slots of the executors that are there now; at least 1. */
  int now() {
    return Math.max(
        1, spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile()));
  }

  /**
   * Waits a while for executors that are still starting, so that the shards do not all settle on
   * the first. Fewer slots than workers are no error: workers then take turns.
   */
  void await(int workers) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (now() < workers && !spark.isLocal() && System.nanoTime() < deadline) {
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    if (now() < workers) {
      LOG.warn("{} workers on {} task slots: workers will take turns", workers, now());
    }
  }
}
