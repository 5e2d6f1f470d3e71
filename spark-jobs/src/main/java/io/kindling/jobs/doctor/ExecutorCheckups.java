/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.Utils;

/**
 * The facts of all executors, by tasks that take every slot there is at once. What comes back are
 * bytes: a serializer that the application chose may not know records.
 */
final class ExecutorCheckups {
  /** So that no task is done before all have started. */
  private static final long STAY_MILLIS = 200;

  private static final long PATIENCE_MINUTES = 5;

  private final JavaSparkContext spark;
  private final Map<String, Integer> slots;
  private final int tasks;

  /**
   * @param slots of the executors by their IDs
   */
  ExecutorCheckups(JavaSparkContext spark, Map<String, Integer> slots) {
    this.spark = spark;
    this.slots = slots;
    this.tasks = Math.max(1, slots.values().stream().mapToInt(Integer::intValue).sum());
  }

  int tasks() {
    return tasks;
  }

  /**
   * One of each executor that was reached, by name; of several tasks' the one that computed
   * slowest.
   *
   * @param whole with the speed of all tasks at once
   */
  Map<String, Checkup> reached(boolean whole)
      throws ExecutionException, TimeoutException, InterruptedException {
    // What the lambda takes along must not be this.
    Map<String, Integer> slotsOf = slots;
    Map<String, Checkup> reached = new TreeMap<>();
    for (byte[] bytes : awaited(onAllSlots().map(one -> examined(slotsOf, whole)))) {
      Checkup checkup = Utils.deserialize(bytes, Checkup.class.getClassLoader());
      reached.merge(checkup.where(), checkup, ExecutorCheckups::slower);
    }
    return reached;
  }

  /** The clock of each executor that was reached, by name. */
  Map<String, Clock> clocks() throws ExecutionException, TimeoutException, InterruptedException {
    Map<String, Integer> slotsOf = slots;
    long before = System.currentTimeMillis();
    List<String> times = awaited(onAllSlots().map(one -> time(slotsOf)));
    long after = System.currentTimeMillis();
    Map<String, Clock> clocks = new TreeMap<>();
    for (String time : times) {
      int space = time.indexOf(' ');
      long at = Long.parseLong(time.substring(0, space));
      clocks.put(time.substring(space + 1), new Clock(before, at, after));
    }
    return clocks;
  }

  private JavaRDD<Integer> onAllSlots() {
    return spark.parallelize(Collections.nCopies(tasks, 1), tasks);
  }

  private static <T> List<T> awaited(JavaRDD<T> rdd)
      throws ExecutionException, TimeoutException, InterruptedException {
    JavaFutureAction<List<T>> results = rdd.collectAsync();
    try {
      return new ArrayList<>(results.get(PATIENCE_MINUTES, TimeUnit.MINUTES));
    } finally {
      results.cancel(true);
    }
  }

  private static byte[] examined(Map<String, Integer> slots, boolean whole)
      throws InterruptedException {
    Place place = Place.executor(slots);
    Checkup checkup = whole ? Checkup.whole(place) : Checkup.quick(place);
    TimeUnit.MILLISECONDS.sleep(STAY_MILLIS);
    return Utils.serialize(checkup);
  }

  private static String time(Map<String, Integer> slots) throws InterruptedException {
    long now = System.currentTimeMillis();
    TimeUnit.MILLISECONDS.sleep(STAY_MILLIS);
    return now + " " + Place.executor(slots).name();
  }

  private static Checkup slower(Checkup one, Checkup other) {
    return matrixRate(other) < matrixRate(one) ? other : one;
  }

  private static double matrixRate(Checkup checkup) {
    return Checkup.facts(List.of(checkup), Speed.class).stream()
        .mapToDouble(Speed::matrix)
        .min()
        .orElse(Double.MAX_VALUE);
  }
}
