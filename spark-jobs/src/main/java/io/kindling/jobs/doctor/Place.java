/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;

/**
 * The JVM to look at.
 *
 * @param name the driver, or an executor on its host
 * @param slots how many tasks it computes at once; 0 for none
 * @param conf Spark's settings there
 */
record Place(String name, int slots, SparkConf conf) {
  private static final String DRIVER = "driver";

  /** The driver of an application that did not start. */
  static Place unstarted() {
    SparkConf conf = new SparkConf();
    return new Place(DRIVER, isLocal(conf) ? 1 : 0, conf);
  }

  /** Computes in local mode only. */
  static Place driver(SparkContext spark) {
    int slots =
        spark.isLocal()
            ? spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile())
            : 0;
    return new Place(DRIVER, slots, spark.conf());
  }

  /**
   * The executor that the calling task runs on.
   *
   * @param slots of the executors by their IDs, as far as the driver knew them
   */
  static Place executor(Map<String, Integer> slots) {
    SparkEnv spark = SparkEnv.get();
    return new Place(
        executor(spark.executorId(), spark.blockManager().blockManagerId().host()),
        slots.getOrDefault(
            spark.executorId(), Math.max(1, spark.conf().getInt("spark.executor.cores", 1))),
        spark.conf());
  }

  static String executor(String id, String host) {
    return "executor " + id + " on " + host;
  }

  boolean computes() {
    return slots > 0;
  }

  boolean isLocal() {
    return isLocal(conf);
  }

  private static boolean isLocal(SparkConf conf) {
    String master = conf.get("spark.master", "");
    return master.equals("local") || master.startsWith("local[");
  }
}
