/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;

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

  /** Facts only, of the driver and of the executors that are there soon: takes a second or two. */
  public void quick(SparkContext spark) {
    Place driver = Place.driver(spark);
    if (driver(driver, false) && !spark.isLocal()) {
      attempt(driver, () -> new Cluster(spark, driver.name(), report).quick());
    }
  }

  /** All facts, and speeds measured. */
  public void whole(SparkContext spark) {
    Place driver = Place.driver(spark);
    if (!driver(driver, true)) {
      report.accept(
          Finding.warn(
              EXECUTORS,
              driver.name(),
              "no task was started, as it could not end well",
              "put right what failed above"));
    } else if (spark.isLocal()) {
      JavaSparkContext java = JavaSparkContext.fromSparkContext(spark);
      attempt(
          driver,
          () -> Traffic.measured(java, driver.slots()).findings(driver.name()).forEach(report));
    } else {
      attempt(driver, () -> new Cluster(spark, driver.name(), report).whole());
    }
  }

  /** Whether tasks can run, as far as is to be seen from the driver. */
  private boolean driver(Place place, boolean whole) {
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

  private void attempt(Place driver, Attempt attempt) {
    try {
      attempt.make();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed(driver, e);
    } catch (ExecutionException | TimeoutException | SparkException | RuntimeException e) {
      failed(driver, e);
    }
  }

  private void failed(Place driver, Exception e) {
    report.accept(
        Finding.fail(
            EXECUTORS,
            driver.name(),
            "tasks failed: " + String.valueOf(e).lines().findFirst().orElse(""),
            "run with --verbose for more"));
  }

  private void tell(Checkup checkup) {
    checkup.findings().forEach(report);
  }
}
