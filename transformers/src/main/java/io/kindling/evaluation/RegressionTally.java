/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import io.kindling.model.NumberTarget;
import io.kindling.model.RegressionCounts;
import java.io.Serializable;
import org.apache.spark.sql.Row;

/**
 * All that is counted of predicted numbers. Parts counted on executors merge. No record: Kryo,
 * which a user may choose, cannot read records.
 */
final class RegressionTally implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int MOST_BINS = 60;

  private final RegressionCounts counts;
  private final GrowingHistogram residuals = new GrowingHistogram();
  private final GrowingGrid grid = new GrowingGrid();
  private final QuantileSketch absoluteErrors = new QuantileSketch();
  private final WorstExamples worst;
  private double errors;
  private long examples;

  RegressionTally(NumberTarget target, int shown) {
    this.counts = new RegressionCounts(target);
    this.worst = new WorstExamples(shown);
  }

  /**
   * Counts one example.
   *
   * @param row for showing it, as {@link WorstExamples} wants it
   */
  RegressionTally add(double label, double prediction, Row row) {
    double error = prediction - label;
    counts.add(label, prediction);
    residuals.add(error);
    grid.add(label, prediction);
    absoluteErrors.add(Math.abs(error));
    errors += error;
    examples++;
    if (error != 0) {
      worst.add(
          new WorstExample(
              Math.abs(error),
              label,
              prediction,
              Double.NaN,
              Double.NaN,
              WorstExamples.origin(row)),
          row);
    }
    return this;
  }

  RegressionTally merge(RegressionTally other) {
    counts.merge(other.counts);
    residuals.merge(other.residuals);
    grid.merge(other.grid);
    absoluteErrors.merge(other.absoluteErrors);
    worst.merge(other.worst);
    errors += other.errors;
    examples += other.examples;
    return this;
  }

  RegressionReport report() {
    return new RegressionReport(
        counts.metrics(),
        errors / examples,
        absoluteErrors.errors(),
        residuals.histogram(MOST_BINS),
        grid.grid(),
        worst.list().stream()
            .map(
                example ->
                    new LargeError(
                        example.origin,
                        example.label,
                        example.prediction,
                        example.prediction - example.label,
                        example.preview()))
            .toList());
  }
}
