/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

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

  /**
   * A Spark task, as far as devices depend on it.
   *
   * @param partition its number in the stage
   * @param gpus the addresses that Spark gave it; several tasks may have the same one
   * @param isLocal whether it runs in the driver's process
   */
  record Task(int partition, List<String> gpus, boolean isLocal) {}

  /** The task that the calling thread runs; null outside of one. */
  static Task task() {
    return PRESENT ? InSpark.task() : null;
  }

  /** A setting of the application; empty where there is none, or no Spark. */
  static String setting(String name) {
    return PRESENT ? InSpark.setting(name) : "";
  }

  /** Loaded only where Spark is. */
  private static final class InSpark {
    private static final String GPU = "gpu";
    private static final String DRIVER = "driver";

    static int taskCores() {
      TaskContext task = TaskContext.get();
      return task == null ? 1 : task.cpus();
    }

    static Task task() {
      TaskContext task = TaskContext.get();
      if (task == null) {
        return null;
      }
      ResourceInformation gpus = task.resourcesJMap().get(GPU);
      return new Task(
          task.partitionId(),
          gpus == null ? List.of() : List.of(gpus.addresses()),
          DRIVER.equals(SparkEnv.get().executorId()));
    }

    static String setting(String name) {
      SparkEnv spark = SparkEnv.get();
      return spark == null ? "" : spark.conf().get(name, "");
    }
  }
}
