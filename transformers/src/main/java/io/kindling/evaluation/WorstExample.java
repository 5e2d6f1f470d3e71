/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import java.io.Serializable;
import java.util.Comparator;

/** One of the worst examples. No record: Kryo, which a user may choose, cannot read records. */
final class WorstExample implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The greatest loss first; of equal ones by origin, so that the choice is the same each time. */
  static final Comparator<WorstExample> ORDER =
      Comparator.comparingDouble((WorstExample example) -> example.loss)
          .reversed()
          .thenComparing(
              example -> example.origin, Comparator.nullsLast(Comparator.naturalOrder()));

  final double loss;
  final double label;
  final double prediction;
  final double probability;
  final double probabilityOfTrue;
  final String origin;
  private Preview preview;

  /**
   * @param loss by which the worst are found
   * @param label class index, or the number itself
   * @param probability of the predicted class; NaN of a number
   * @param probabilityOfTrue of the true class; NaN of a number
   * @param origin null where it is not known
   */
  WorstExample(
      double loss,
      double label,
      double prediction,
      double probability,
      double probabilityOfTrue,
      String origin) {
    this.loss = loss;
    this.label = label;
    this.prediction = prediction;
    this.probability = probability;
    this.probabilityOfTrue = probabilityOfTrue;
    this.origin = origin;
  }

  /** What it looks like; null where nothing can be shown. */
  Preview preview() {
    return preview;
  }

  void show(Preview shown) {
    preview = shown;
  }
}
