/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.explanation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;

/**
 * All that a job explained: what {@code explanation.json} holds and the page shows.
 *
 * @param steps points between baseline and example
 * @param explained as key {@code explain.class}
 * @param meanCompletenessGap mean size of the gaps, in the score's unit; null where nothing was
 *     explained
 * @param meanAgreement null where no example has one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExplanationReport(
    String model,
    String input,
    String explained,
    int steps,
    String baseline,
    long rowsRead,
    long rowsExplained,
    long rowsBad,
    Double meanCompletenessGap,
    Double meanAgreement,
    List<ExplainedExample> examples,
    List<BadRow> bad) {
  /** A row that could not be explained, and why. */
  public record BadRow(String origin, String problem) {}

  /** Of so many rows. */
  public static ExplanationReport of(
      String model,
      String input,
      String explained,
      int steps,
      String baseline,
      List<ExplainedExample> examples,
      List<BadRow> bad) {
    return new ExplanationReport(
        model,
        input,
        explained,
        steps,
        baseline,
        examples.size() + bad.size(),
        examples.size(),
        bad.size(),
        mean(examples.stream().map(example -> Math.abs(example.gap())).toList()),
        mean(examples.stream().map(ExplainedExample::agreement).filter(Objects::nonNull).toList()),
        examples,
        bad);
  }

  private static Double mean(List<Double> values) {
    return values.isEmpty()
        ? null
        : (Double) values.stream().mapToDouble(Double::doubleValue).average().getAsDouble();
  }
}
