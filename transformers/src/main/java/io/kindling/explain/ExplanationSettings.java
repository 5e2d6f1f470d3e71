/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import io.kindling.data.KindlingException;
import java.io.Serializable;

/**
 * How predictions are explained.
 *
 * @param chosenClass the class whose logit is explained; {@link #PREDICTED} for the one predicted
 * @param steps points between the baseline and the example, from 8 to 512
 * @param baseline what the example is compared with
 * @param occlusion whether parts are covered as a check
 * @param occlusionSize pixels of the side of what is covered at once, or steps of a sequence; 0 for
 *     a seventh
 * @param unknownWords whether a word that is covered is an unknown one; else it is left out
 */
public record ExplanationSettings(
    int chosenClass,
    int steps,
    Baseline baseline,
    boolean occlusion,
    int occlusionSize,
    boolean unknownWords)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Explains the class that is predicted. */
  public static final int PREDICTED = Score.NONE;

  /** Points between baseline and example: at least, by default, at most. */
  public static final int LEAST_STEPS = 8;

  public static final int DEFAULT_STEPS = 32;
  public static final int MOST_STEPS = 512;

  public ExplanationSettings {
    if (steps < LEAST_STEPS || steps > MOST_STEPS) {
      throw new KindlingException(
          "Cannot explain predictions: %d steps; there must be %d to %d"
              .formatted(steps, LEAST_STEPS, MOST_STEPS));
    }
    if (occlusionSize < 0) {
      throw new KindlingException(
          "Cannot explain predictions: parts of %d pixels or steps; there must be at least 1, or 0 for a seventh"
              .formatted(occlusionSize));
    }
  }

  /** The predicted class against zeros, without occlusion. */
  public static ExplanationSettings defaults() {
    return new ExplanationSettings(PREDICTED, DEFAULT_STEPS, Baseline.ZERO, false, 0, false);
  }

  /** The same, of a given class. */
  public ExplanationSettings withClass(int index) {
    return new ExplanationSettings(index, steps, baseline, occlusion, occlusionSize, unknownWords);
  }

  /** The same, with another number of points. */
  public ExplanationSettings withSteps(int count) {
    return new ExplanationSettings(
        chosenClass, count, baseline, occlusion, occlusionSize, unknownWords);
  }

  /** The same, with another baseline. */
  public ExplanationSettings withBaseline(Baseline other) {
    return new ExplanationSettings(
        chosenClass, steps, other, occlusion, occlusionSize, unknownWords);
  }

  /** The same, checked by occlusion. */
  public ExplanationSettings withOcclusion(int size, boolean unknown) {
    return new ExplanationSettings(chosenClass, steps, baseline, true, size, unknown);
  }
}
