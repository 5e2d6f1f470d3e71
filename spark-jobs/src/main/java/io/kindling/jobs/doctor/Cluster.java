/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.status.api.v1.ExecutorSummary;

/** Executors in processes of their own: what each of them tells, and what lies between. */
final class Cluster {
  private static final String NAME = "executors";
  private static final Duration SHORT_LULL = Duration.ofMillis(500);
  private static final Duration LULL = Duration.ofSeconds(2);

  private final SparkContext spark;
  private final JavaSparkContext java;
  private final Executors executors;
  private final String driver;
  private final Consumer<Finding> report;

  Cluster(SparkContext spark, String driver, Consumer<Finding> report) {
    this.spark = spark;
    this.java = JavaSparkContext.fromSparkContext(spark);
    this.executors = new Executors(spark);
    this.driver = driver;
    this.report = report;
  }

  /** Facts of those that are there soon; where none is, the job to come waits for them anyway. */
  void quick() throws ExecutionException, TimeoutException, InterruptedException {
    List<ExecutorSummary> there = executors.awaited(SHORT_LULL);
    if (!there.isEmpty()) {
      Collection<Checkup> reached = checkups(there).reached(false).values();
      reached.forEach(this::tell);
      tellHosts(reached);
    }
  }

  /** Facts and speeds. */
  void whole() throws ExecutionException, TimeoutException, InterruptedException {
    List<ExecutorSummary> there = executors.awaited(LULL);
    if (there.isEmpty() && !executors.comeWithTasks()) {
      report.accept(
          Finding.fail(
              NAME,
              driver,
              spark.master() + " gave none",
              "ask for fewer cores or GPUs or less memory than its workers have free, or wait"));
      return;
    }
    ExecutorCheckups checkups = checkups(there);
    Map<String, Checkup> reached = checkups.reached(true);
    reached.values().forEach(this::tell);
    tellHosts(reached.values());
    checkups.clocks().forEach(this::tell);
    tell(driver, Traffic.measured(java, checkups.tasks()));
    report.accept(
        Finding.ok(
            NAME,
            driver,
            "%d reached, with %d task slots".formatted(reached.size(), checkups.tasks())));
    executors.now().stream()
        .map(Executors::name)
        .filter(name -> !reached.containsKey(name))
        .forEach(this::tellMissed);
  }

  private ExecutorCheckups checkups(List<ExecutorSummary> there) {
    return new ExecutorCheckups(java, Executors.slots(there));
  }

  private void tellHosts(Collection<Checkup> reached) {
    HostLoad.of(reached).forEach((host, load) -> tell("host " + host, load));
  }

  private void tellMissed(String name) {
    report.accept(
        Finding.warn(
            NAME,
            name,
            "was not reached: it came late, or is busy",
            "run the doctor again on an idle cluster"));
  }

  private void tell(Checkup checkup) {
    checkup.findings().forEach(report);
  }

  private void tell(String where, Check check) {
    check.findings(where).forEach(report);
  }
}
