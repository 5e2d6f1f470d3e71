/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.KindlingException;
import io.kindling.jobs.doctor.Finding;
import io.kindling.jobs.doctor.Status;
import java.util.List;

/**
 * What doctor reports.
 *
 * @param ok how many checks found all well
 * @param warn how many found what works, but slower or less safely than it could
 * @param fail how many found what does not work
 * @param checks all of them, as they were told
 */
record DoctorSummary(String job, double seconds, int ok, int warn, int fail, List<Finding> checks)
    implements Verdict {
  static DoctorSummary of(String job, double seconds, List<Finding> checks) {
    return new DoctorSummary(
        job,
        seconds,
        count(checks, Status.OK),
        count(checks, Status.WARN),
        count(checks, Status.FAIL),
        checks);
  }

  private static int count(List<Finding> checks, Status status) {
    return (int) checks.stream().filter(finding -> finding.status() == status).count();
  }

  @Override
  public void check() {
    if (fail > 0) {
      throw new KindlingException(
          "Cannot run well: %s failed, as told above".formatted(SetUp.checks(fail)));
    }
  }
}
