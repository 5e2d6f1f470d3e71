/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.KindlingException;
import io.kindling.jobs.doctor.Examination;
import io.kindling.jobs.doctor.Finding;
import io.kindling.jobs.doctor.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;

/** Doctor's quick part, before other jobs: facts, nothing that is measured. */
final class SetUp {
  private SetUp() {}

  /**
   * Tells of what is not well.
   *
   * @throws KindlingException if something is so that the job could not go well
   */
  static void check(SparkContext spark, String job, Console console) {
    List<Finding> problems = new ArrayList<>();
    new Examination(keep(problems)).quick(spark);
    problems.forEach(problem -> console.say(problem.toString()));
    int failed = (int) problems.stream().filter(SetUp::failed).count();
    if (failed > 0) {
      throw new KindlingException(
          "Cannot %s: %s of the set-up failed, as told above; 'kindling doctor' tells more"
              .formatted(job, checks(failed)));
    }
  }

  /** Why Spark did not start, as far as this JVM shows it. */
  static KindlingException explained(Throwable thrown, String job) {
    List<Finding> problems = new ArrayList<>();
    String reason = Failure.reason(thrown);
    new Examination(keep(problems)).withoutSpark(reason);
    // The last one is that Spark did not start.
    return problems.subList(0, problems.size() - 1).stream()
        .filter(SetUp::failed)
        .findFirst()
        .map(
            first ->
                new KindlingException(
                    "Cannot %s: Spark did not start (%s), for %s; %s"
                        .formatted(job, reason, first.found(), first.fix()),
                    thrown))
        .orElseGet(() -> new KindlingException(Failure.describe(thrown, job), thrown));
  }

  /** So many checks, in words. */
  static String checks(int count) {
    return count == 1 ? "1 check" : count + " checks";
  }

  private static Consumer<Finding> keep(List<Finding> problems) {
    return finding -> {
      if (finding.asksForAction()) {
        problems.add(finding);
      }
    };
  }

  private static boolean failed(Finding finding) {
    return finding.status() == Status.FAIL;
  }
}
