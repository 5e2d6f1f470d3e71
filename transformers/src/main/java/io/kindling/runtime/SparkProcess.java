/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/**
 * What Spark tells of this process; nothing of it is touched where its classes are missing, as in a
 * service that only scores.
 */
final class SparkProcess {
  private static final boolean PRESENT = isPresent();

  private SparkProcess() {}

  private static boolean isPresent() {
    try {
      Class.forName(
          "org.apache.spark.SparkEnv", false, SparkProcess.class.getClassLoader()); // not started
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /** The cores of the task that the calling thread runs; one outside of a task. */
  static int taskCores() {
    return PRESENT ? InSpark.taskCores() : 1;
  }

  /** A setting of the application; empty where there is none, or no Spark. */
  static String setting(String name) {
    return PRESENT ? InSpark.setting(name) : "";
  }

  /** Loaded only where Spark is. */
  private static final class InSpark {
    static int taskCores() {
      TaskContext task = TaskContext.get();
      return task == null ? 1 : task.cpus();
    }

    static String setting(String name) {
      SparkEnv spark = SparkEnv.get();
      return spark == null ? "" : spark.conf().get(name, "");
    }
  }
}
