/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import java.util.Collections;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * How fast parameters would travel, as raw bytes.
 *
 * @param bytes of what travelled
 * @param tasks that got it, and sent as much
 * @param broadcastSeconds from the driver to all of them
 * @param reduceSeconds from all of them to the driver, summed on the way
 */
record Traffic(long bytes, int tasks, double broadcastSeconds, double reduceSeconds)
    implements Check {
  private static final int BYTES = 20_000_000;
  private static final int WARM_UP_BYTES = 2_000_000;
  private static final double NANOS = 1e9;
  private static final double MEGABYTE = 1e6;

  /** MB/s below which a round of a million parameters takes seconds. */
  private static final double LEAST_RATE = 3;

  static Traffic measured(JavaSparkContext spark, int tasks) {
    // The first time loads classes, and opens connections where it is as much as this.
    once(spark, tasks, WARM_UP_BYTES);
    return once(spark, tasks, BYTES);
  }

  private static Traffic once(JavaSparkContext spark, int tasks, int bytes) {
    List<Integer> ones = Collections.nCopies(tasks, 1);
    long start = System.nanoTime();
    Broadcast<byte[]> sent = spark.broadcast(new byte[bytes]);
    try {
      spark.parallelize(ones, tasks).map(one -> sent.value().length).collect();
      long there = System.nanoTime();
      long values =
          spark
              .parallelize(ones, tasks)
              .map(one -> sent.value().clone())
              .treeReduce(Traffic::sum)
              .length;
      long back = System.nanoTime();
      return new Traffic(values, tasks, (there - start) / NANOS, (back - there) / NANOS);
    } finally {
      sent.destroy();
    }
  }

  private static byte[] sum(byte[] a, byte[] b) {
    for (int i = 0; i < a.length; i++) {
      a[i] += b[i];
    }
    return a;
  }

  @Override
  public List<Finding> findings(String where) {
    return List.of(
        finding("broadcast", where, "to", broadcastSeconds),
        finding("reduce", where, "from", reduceSeconds));
  }

  private Finding finding(String name, String where, String direction, double seconds) {
    double rate = bytes / MEGABYTE / seconds;
    String found =
        "%.0f MB %s %d tasks in %.2f s, %.0f MB/s"
            .formatted(bytes / MEGABYTE, direction, tasks, seconds, rate);
    return rate >= LEAST_RATE
        ? Finding.ok(name, where, found)
        : Finding.warn(
            name,
            where,
            found + ": averaging will take long",
            "use a faster network, or a higher training.averaging-frequency");
  }
}
