/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import java.util.List;

/** The jobs of the command line, in the order in which its usage text lists them. */
final class Jobs {
  private Jobs() {}

  static List<Job> all() {
    return List.of(
        new QuickstartJob(),
        new RunJob(),
        new PrepareJob(),
        new DescribeJob(),
        new TrainJob(),
        new EvaluateJob(),
        new ScoreJob(),
        new ExplainJob(),
        new DoctorJob());
  }
}
