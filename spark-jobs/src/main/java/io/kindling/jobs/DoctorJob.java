/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.jobs.conf.JobConf;
import io.kindling.jobs.doctor.Examination;
import io.kindling.jobs.doctor.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/** Looks at the driver and every executor, and says what is wrong there and what to do. */
final class DoctorJob implements Job {
  @Override
  public String name() {
    return "doctor";
  }

  @Override
  public String description() {
    return "Looks at the driver and every executor: what is slow or broken, and what to do.";
  }

  /** Devices included: what does not fit is a finding, and no reason to look at nothing else. */
  @Override
  public boolean computes() {
    return false;
  }

  @Override
  public void check(JobConf conf) {
    // Works with any configuration.
  }

  @Override
  public DoctorSummary run(SparkSession spark, JobConf conf, Console console) {
    spark.sparkContext().setJobDescription("doctor");
    return summary(console, examination -> examination.whole(spark.sparkContext()));
  }

  @Override
  public DoctorSummary withoutSpark(Throwable thrown, Console console) {
    return summary(console, examination -> examination.withoutSpark(Failure.reason(thrown)));
  }

  private DoctorSummary summary(Console console, Consumer<Examination> look) {
    Stopwatch watch = new Stopwatch();
    List<Finding> findings = new ArrayList<>();
    look.accept(
        new Examination(
            finding -> {
              findings.add(finding);
              console.say(finding.toString());
            }));
    return DoctorSummary.of(name(), watch.seconds(), findings);
  }
}
