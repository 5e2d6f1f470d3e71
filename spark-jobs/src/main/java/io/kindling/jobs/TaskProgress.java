/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.SparkStatusTracker;
import org.apache.spark.sql.SparkSession;

/** Says every few seconds how many tasks of the running stages are done. */
final class TaskProgress {
  private static final int SECONDS = 10;

  private final SparkStatusTracker tracker;
  private final Console console;
  private final ScheduledExecutorService clock;
  private final ScheduledFuture<?> saying;
  private String said = "";

  private TaskProgress(SparkSession spark, Console console) {
    this.tracker = spark.sparkContext().statusTracker();
    this.console = console;
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "kindling-task-progress");
              thread.setDaemon(true);
              return thread;
            });
    saying = clock.scheduleAtFixedRate(this::say, SECONDS, SECONDS, TimeUnit.SECONDS);
  }

  /** Does some work meanwhile. */
  static <T> T during(SparkSession spark, Console console, Supplier<T> work) {
    TaskProgress progress = new TaskProgress(spark, console);
    try {
      return work.get();
    } finally {
      progress.saying.cancel(true);
      progress.clock.shutdownNow();
    }
  }

  private void say() {
    int done = 0;
    int all = 0;
    for (int id : tracker.getActiveStageIds()) {
      scala.Option<SparkStageInfo> stage = tracker.getStageInfo(id);
      if (stage.isDefined()) {
        done += stage.get().numCompletedTasks();
        all += stage.get().numTasks();
      }
    }
    String line = "%,d of %,d tasks done".formatted(done, all);
    if (all > 0 && !line.equals(said)) {
      console.say(line);
      said = line;
    }
  }
}
