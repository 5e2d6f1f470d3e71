/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import io.kindling.data.KindlingException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The GPUs that an application asks Spark for, held against this build and the cluster before there
 * is a task: what does not fit together would else show as a job that waits for ever, or computes
 * on processors while GPUs are idle.
 *
 * @param perExecutor GPUs of each executor; 0 for none
 * @param perTask GPUs of each task, 0.5 where two share one; 0 for none
 */
public record GpuRequest(int perExecutor, double perTask) {
  /** How long to wait for the first executor with GPUs, on a standalone cluster. */
  public static final String WAIT = "spark.kindling.executor-wait";

  private static final Logger LOG = LoggerFactory.getLogger(GpuRequest.class);
  private static final String EXECUTOR = "spark.executor.resource.gpu.amount";
  private static final String TASK = "spark.task.resource.gpu.amount";
  private static final String DEFAULT_WAIT = "60s";
  private static final long POLL_MILLIS = 100;

  /**
   * What settings say.
   *
   * @throws KindlingException if an amount is none
   */
  public static GpuRequest of(SparkConf conf) {
    return new GpuRequest((int) amount(conf, EXECUTOR), amount(conf, TASK));
  }

  private static double amount(SparkConf conf, String key) {
    String value = conf.get(key, "0").strip();
    try {
      double amount = Double.parseDouble(value);
      if (amount >= 0 && Double.isFinite(amount)) {
        return amount;
      }
    } catch (NumberFormatException e) {
      LOG.debug("No amount", e);
    }
    throw new KindlingException(
        "Cannot ask for GPUs: %s is '%s', but must be a number".formatted(key, value));
  }

  /**
   * Checks that this application can compute where it asks to.
   *
   * @return on what it will compute, a sentence
   * @throws KindlingException if it asks for GPUs and the build is for CPUs, or the reverse, or no
   *     worker has as many as are asked for
   */
  public static String check(SparkContext spark) {
    String computing = checkSettings(spark.conf(), spark.isLocal());
    GpuRequest request = of(spark.conf());
    if (request.isForGpus() && spark.master().startsWith("spark://")) {
      request.awaitExecutor(spark);
    }
    return computing;
  }

  /**
   * Checks that settings fit this build; whether the cluster has what they ask for is not looked
   * at.
   *
   * @param local whether tasks run in the driver's process
   * @return on what tasks will compute, a sentence
   * @throws KindlingException if they do not
   */
  public static String checkSettings(SparkConf conf, boolean local) {
    GpuRequest request = of(conf);
    Backend backend = Backend.ofThisBuild();
    request.checkBuild(backend == Backend.CUDA || PretendGpus.inSettings(conf) > 0, local);
    return request.describe(backend);
  }

  private String describe(Backend backend) {
    return backend == Backend.CPU && !isForGpus()
        ? "Computing on CPUs"
        : "Computing on GPUs%s%s"
            .formatted(
                backend == Backend.CPU ? " that are pretended" : "",
                isForGpus() ? ", %s for each task".formatted(number(perTask)) : "");
  }

  private boolean isForGpus() {
    return perExecutor > 0 || perTask > 0;
  }

  /**
   * @param gpus whether this build computes on GPUs
   * @param local whether tasks run in the driver's process, where Spark gives them no GPUs
   */
  void checkBuild(boolean gpus, boolean local) {
    if (isForGpus() && !gpus) {
      throw new KindlingException(
          "Cannot compute on GPUs: this build of Kindling is for CPUs; build with './mvnw -Pcuda -DskipTests package', or ask for no GPUs (%s, --gpus)"
              .formatted(TASK));
    }
    if (gpus && !local && perTask == 0) {
      throw new KindlingException(
          "Cannot compute on CPUs: this build of Kindling is for GPUs, and the application asks for none; add --gpus 1, or build without -Pcuda");
    }
    if (perTask > 1) {
      throw new KindlingException(
          "Cannot give a task %s GPUs: it computes on one; set %s to 1 or to a part such as 0.5"
              .formatted(number(perTask), TASK));
    }
    if (isForGpus() && !local && perExecutor < perTask) {
      throw new KindlingException(
          "Cannot give tasks GPUs: executors have %d (%s), tasks want %s (%s)"
              .formatted(perExecutor, EXECUTOR, number(perTask), TASK));
    }
  }

  private static String number(double amount) {
    return amount == Math.rint(amount)
        ? Long.toString((long) amount)
        : String.format(Locale.ROOT, "%s", amount);
  }

  /** A standalone master keeps an application waiting whose executors fit no worker. */
  private void awaitExecutor(SparkContext spark) {
    long seconds = spark.conf().getTimeAsSeconds(WAIT, DEFAULT_WAIT);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (executors(spark) == 0) {
      if (System.nanoTime() > deadline) {
        throw new KindlingException(
            "Cannot get executors with %d GPUs each: %s gave none in %d s; its workers may have fewer (%s), or all may be taken (wait longer: %s)"
                .formatted(
                    perExecutor,
                    spark.master(),
                    seconds,
                    "spark.worker.resource.gpu.amount",
                    WAIT));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new KindlingException("Cannot wait for executors: interrupted", e);
      }
    }
  }

  /** Without the driver, which Spark lists among them. */
  private static int executors(SparkContext spark) {
    return spark.statusTracker().getExecutorInfos().length - 1;
  }
}
