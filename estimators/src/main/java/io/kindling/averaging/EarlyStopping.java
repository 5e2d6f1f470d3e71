/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.data.KindlingException;
import io.kindling.model.EpochSummary;
import java.util.List;
import java.util.Set;

/**
 * When to stop before the last epoch (Prechelt 1998): when so many epochs in a row have been no
 * better than the best one. The model is then that of the best epoch, also where all epochs ran.
 *
 * @param patience epochs without a better one that are borne, at least 1
 * @param minDelta by how much a better one must be better, at least 0
 * @param metric one of {@link #OF_CLASSES} or {@link #OF_NUMBERS}; null for loss. It is measured on
 *     the validation rows; the loss is that of training where there are none
 */
public record EarlyStopping(int patience, double minDelta, String metric) {
  /** What a classification may be judged by. */
  public static final List<String> OF_CLASSES =
      List.of("loss", "accuracy", "precision", "recall", "f1", "auc", "topKAccuracy");

  /** What a regression may be judged by. */
  public static final List<String> OF_NUMBERS = List.of("loss", "mse", "mae", "rmse", "r2");

  private static final String LOSS = "loss";

  /** These are the better the smaller they are, the others the larger. */
  private static final Set<String> ERRORS = Set.of(LOSS, "mse", "mae", "rmse");

  public EarlyStopping {
    metric = metric == null ? LOSS : metric;
  }

  /**
   * Checks that there is something to measure.
   *
   * @param validated whether there are validation rows
   * @throws KindlingException if not
   */
  public void check(boolean validated) {
    if (!validated && !metric.equals(LOSS)) {
      throw new KindlingException(
          "Cannot stop early by %s (training.early-stopping.metric): there are no validation rows to measure it on; set training.validation-share, or use loss, which is then that of training"
              .formatted(metric));
    }
  }

  /**
   * What an epoch is judged by.
   *
   * @throws KindlingException if the validation rows do not tell the metric
   */
  double value(EpochSummary epoch) {
    if (epoch.validation().isEmpty()) {
      return epoch.loss();
    }
    Double value = epoch.validation().get(metric);
    if (value == null) {
      throw new KindlingException(
          "Cannot stop early by %s (training.early-stopping.metric): the validation rows do not tell it, they may be all of one class"
              .formatted(metric));
    }
    return value;
  }

  boolean better(double value, double best) {
    return ERRORS.contains(metric) ? value < best - minDelta : value > best + minDelta;
  }
}
