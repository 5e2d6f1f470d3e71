/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import io.kindling.runtime.GpuRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.status.api.v1.ExecutorSummary;
import scala.collection.JavaConverters;

/** The executors of an application, as its driver knows them. */
final class Executors {
  private static final String DRIVER = "driver";
  private static final String USUAL_WAIT = "60s";
  private static final long POLL_MILLIS = 100;

  private final SparkContext spark;

  Executors(SparkContext spark) {
    this.spark = spark;
  }

  /** Those that are there now. */
  List<ExecutorSummary> now() {
    List<ExecutorSummary> executors = new ArrayList<>();
    for (ExecutorSummary executor :
        JavaConverters.seqAsJavaList(spark.statusStore().executorList(true))) {
      if (!executor.id().equals(DRIVER)) {
        executors.add(executor);
      }
    }
    return executors;
  }

  /** Whether there may be none until there are tasks for them. */
  boolean comeWithTasks() {
    return spark.conf().getBoolean("spark.dynamicAllocation.enabled", false);
  }

  /**
   * Waits for the first, and until no other comes for a while.
   *
   * @param lull how long none has to come
   */
  List<ExecutorSummary> awaited(Duration lull) throws InterruptedException {
    if (comeWithTasks()) {
      return now();
    }
    long seconds = spark.conf().getTimeAsSeconds(GpuRequest.WAIT, USUAL_WAIT);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    long unchangedSince = System.nanoTime();
    int known = 0;
    while (System.nanoTime() < deadline
        && (known == 0 || System.nanoTime() - unchangedSince < lull.toNanos())) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      int count = now().size();
      if (count != known) {
        known = count;
        unchangedSince = System.nanoTime();
      }
    }
    return now();
  }

  /** How many tasks each of them runs at once. */
  static Map<String, Integer> slots(List<ExecutorSummary> executors) {
    Map<String, Integer> slots = new LinkedHashMap<>();
    executors.forEach(executor -> slots.put(executor.id(), executor.maxTasks()));
    return slots;
  }

  static String name(ExecutorSummary executor) {
    String host = executor.hostPort().replaceFirst(":[0-9]+$", "");
    return Place.executor(executor.id(), host);
  }
}
