/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.util.Map;

/**
 * The errors of predicted numbers and the spread of the labels, summed so that neither large labels
 * nor many of them cost precision (Chan, Golub and LeVeque 1979). Parts counted on executors merge.
 */
public final class RegressionCounts implements PredictionCounts {
  private static final long serialVersionUID = 1L;

  // Not the target itself: Kryo, which a user may have chosen, cannot read records.
  private final boolean lossIsMse;
  private final double targetMean;
  private final double targetStd;
  private final LabelMoments labels = new LabelMoments();
  private double squaredErrors;
  private double absoluteErrors;

  /**
   * @param target what labels and outputs mean
   */
  public RegressionCounts(NumberTarget target) {
    this.lossIsMse = target.loss() == Loss.MSE;
    this.targetMean = target.mean();
    this.targetStd = target.std();
  }

  /** Counts one example. */
  public RegressionCounts add(double label, double prediction) {
    double error = prediction - label;
    squaredErrors += error * error;
    absoluteErrors += Math.abs(error);
    labels.add(label);
    return this;
  }

  @Override
  public void add(float encoded, float[] outputs, int example) {
    // The error first: of large labels that are close together, little of it would be left.
    double error = ((double) outputs[example] - encoded) * targetStd;
    squaredErrors += error * error;
    absoluteErrors += Math.abs(error);
    labels.add(encoded * targetStd + targetMean);
  }

  /** Adds what another part counted for the same target. */
  @Override
  public RegressionCounts merge(PredictionCounts other) {
    RegressionCounts more = (RegressionCounts) other;
    squaredErrors += more.squaredErrors;
    absoluteErrors += more.absoluteErrors;
    labels.merge(more.labels);
    return this;
  }

  /** What the counts amount to; all NaN where there was no example. */
  public RegressionMetrics metrics() {
    long examples = labels.count();
    double mse = squaredErrors / examples;
    double mae = absoluteErrors / examples;
    return new RegressionMetrics(examples, mse, mae, Math.sqrt(mse), r2(), lossIsMse ? mse : mae);
  }

  private double r2() {
    double spread = labels.squaredDeviations();
    if (labels.count() > 0 && spread == 0) {
      return squaredErrors == 0 ? 1 : 0;
    }
    return 1 - squaredErrors / spread;
  }

  @Override
  public Map<String, Double> asMap() {
    return metrics().asMap();
  }
}
