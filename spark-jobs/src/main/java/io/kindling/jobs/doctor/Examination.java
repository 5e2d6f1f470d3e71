/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.status.api.v1.ExecutorSummary;

/**
 * Looks at the driver and at every executor, which in local mode are one.
 *
 * <p>What Spark keeps {@code private[spark]} in Scala and public in bytecode: its status store, its
 * local folders, its own serialization.
 */
public final class Examination {
  private static final String EXECUTORS = "executors";

  private final Consumer<Finding> report;

  /**
   * @param report is told each finding as it is made
   */
  public Examination(Consumer<Finding> report) {
    this.report = report;
  }

  /**
   * The driver's JVM and its settings, where Spark did not start.
   *
   * @param reason why it did not
   */
  public void withoutSpark(String reason) {
    Place place = Place.unstarted();
    tell(Checkup.quick(place));
    tell(Checkup.settings(place));
    report.accept(
        Finding.fail(
            "start",
            place.name(),
            "Spark did not start: " + reason,
            "put right what failed above"));
  }

  /** Facts only, of the driver and of the executors that are there now: takes a second. */
  public void quick(SparkContext spark) {
    if (driver(spark, false) && !spark.isLocal()) {
      List<ExecutorSummary> executors = new Executors(spark).now();
      if (!executors.isEmpty()) {
        attempt(() -> checkups(spark, executors).reached(false).values().forEach(this::tell));
      }
    }
  }

  /** All facts, and speeds measured. */
  public void whole(SparkContext spark) {
    String driver = Place.driver(spark).name();
    if (!driver(spark, true)) {
      report.accept(
          Finding.warn(
              EXECUTORS,
              driver,
              "no task was started, as it could not end well",
              "put right what failed above"));
      return;
    }
    JavaSparkContext java = JavaSparkContext.fromSparkContext(spark);
    if (spark.isLocal()) {
      attempt(() -> tell(driver, Traffic.measured(java, Place.driver(spark).slots())));
    } else {
      attempt(() -> onCluster(spark, java, driver));
    }
  }

  private void onCluster(SparkContext spark, JavaSparkContext java, String driver)
      throws ExecutionException, TimeoutException, InterruptedException {
    Executors all = new Executors(spark);
    List<ExecutorSummary> executors = all.awaited();
    if (executors.isEmpty()) {
      report.accept(
          Finding.fail(
              EXECUTORS,
              driver,
              "%s gave none".formatted(spark.master()),
              "ask for fewer cores or less memory than its workers have free, or wait"));
      return;
    }
    ExecutorCheckups checkups = checkups(spark, executors);
    Map<String, Checkup> reached = checkups.reached(true);
    reached.values().forEach(this::tell);
    checkups.clocks().forEach((where, clock) -> tell(where, clock));
    tell(driver, Traffic.measured(java, checkups.tasks()));
    report.accept(
        Finding.ok(
            EXECUTORS,
            driver,
            "%d reached, with %d task slots".formatted(reached.size(), checkups.tasks())));
    for (ExecutorSummary executor : all.now()) {
      if (!reached.containsKey(Executors.name(executor))) {
        report.accept(
            Finding.warn(
                EXECUTORS,
                Executors.name(executor),
                "was not reached: it came late, or is busy",
                "run the doctor again on an idle cluster"));
      }
    }
  }

  private static ExecutorCheckups checkups(SparkContext spark, List<ExecutorSummary> executors) {
    return new ExecutorCheckups(
        JavaSparkContext.fromSparkContext(spark), Executors.slots(executors));
  }

  /** Whether tasks can run, as far as is to be seen from the driver. */
  private boolean driver(SparkContext spark, boolean whole) {
    Place place = Place.driver(spark);
    Checkup own = whole ? Checkup.whole(place) : Checkup.quick(place);
    Checkup settings = Checkup.settings(place);
    tell(own);
    tell(settings);
    return !own.hasFailed("backend")
        && !settings.hasFailed("serializer")
        && !settings.hasFailed("gpu-settings");
  }

  /** Something that a broken cluster may not let happen. */
  private interface Attempt {
    void make() throws ExecutionException, TimeoutException, InterruptedException, SparkException;
  }

  private void attempt(Attempt attempt) {
    try {
      attempt.make();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed(e);
    } catch (ExecutionException | TimeoutException | SparkException | RuntimeException e) {
      failed(e);
    }
  }

  private void failed(Exception e) {
    report.accept(
        Finding.fail(
            EXECUTORS,
            "driver",
            "tasks failed: " + String.valueOf(e).lines().findFirst().orElse(""),
            "run with --verbose for more"));
  }

  private void tell(Checkup checkup) {
    checkup.findings().forEach(report);
  }

  private void tell(String where, Check check) {
    check.findings(where).forEach(report);
  }
}
