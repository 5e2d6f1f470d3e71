/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;

/**
 * A number. The network knows it as {@code (label - mean) / std}, so that it trains alike whatever
 * the labels' unit; losses and metrics are in the labels' own.
 *
 * @param loss what is minimised, {@code mse} or {@code mae}
 * @param mean subtracted from labels
 * @param std divides what is left, above 0
 */
public record NumberTarget(Loss loss, double mean, double std) implements Target {
  private static final long serialVersionUID = 1L;

  public NumberTarget {
    if (loss != Loss.MSE && loss != Loss.MAE) {
      throw new KindlingException(
          "Cannot train: a regression has no loss %s; it has mse and mae".formatted(loss));
    }
    if (!Double.isFinite(mean) || !(std > 0 && Double.isFinite(std))) {
      throw new KindlingException(
          "Cannot scale labels by mean %s and standard deviation %s: they must be finite, and the latter above 0"
              .formatted(mean, std));
    }
  }

  /** Labels as they are. */
  public static NumberTarget unscaled(Loss loss) {
    return new NumberTarget(loss, 0, 1);
  }

  @Override
  public int units() {
    return 1;
  }

  @Override
  public String problem(double label) {
    if (!Double.isFinite(label)) {
      return "label %s is not a finite number".formatted(label);
    }
    return Float.isFinite(encode(label))
        ? null
        : "label %s is larger than a network's numbers can be".formatted(label);
  }

  @Override
  public float encode(double label) {
    return (float) ((label - mean) / std);
  }

  /** The number that an output of the network means. */
  public double decode(double output) {
    return output * std + mean;
  }

  @Override
  public void place(float encoded, float[] targets, int example) {
    targets[example] = encoded;
  }

  @Override
  public double loss(double ofNetwork) {
    return loss == Loss.MSE ? ofNetwork * std * std : ofNetwork * std;
  }

  @Override
  public PredictionCounts counts() {
    return new RegressionCounts(this);
  }

  @Override
  public void check(NetworkConfiguration configuration) {
    Loss found = OutputLayers.numberLoss(configuration);
    if (found != loss) {
      throw new KindlingException(
          "Cannot use the network: its loss is %s, but %s is asked for".formatted(found, loss));
    }
  }
}
