/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.data.KindlingException;
import io.kindling.optimizers.RateSchedule;
import io.kindling.optimizers.RateSchedule.Decay;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How the learning rate goes over a training; see {@link RateSchedule} for the formulas. Numbers
 * that the type has no use for are passed over.
 *
 * @param type of {@link #NAMES}
 * @param decayEpochs above 0, or 0 for a polynomial or a cosine that ends with the training
 * @param decayRate above 0
 * @param endRate at least 0
 * @param power above 0
 * @param alpha 0 to 1
 * @param warmupEpochs at least 0
 * @param warmupIterations of one worker, at least 0; not with {@code warmupEpochs}
 */
public record ScheduleSpec(
    String type,
    double decayEpochs,
    double decayRate,
    double endRate,
    double power,
    double alpha,
    double warmupEpochs,
    int warmupIterations) {
  /** constant, step, exponential, polynomial, cosine. */
  public static final List<String> NAMES =
      Arrays.stream(Decay.values()).map(decay -> decay.name().toLowerCase(Locale.ROOT)).toList();

  /** The same rate all the time. */
  public static final ScheduleSpec CONSTANT = new ScheduleSpec("constant", 1, 1, 0, 1, 0, 0, 0);

  /**
   * @throws KindlingException if there is no such type, or a number is out of its range
   */
  public ScheduleSpec {
    require(NAMES.contains(type), "its type must be one of " + String.join(", ", NAMES), type);
    boolean hasEnd = type.equals("polynomial") || type.equals("cosine");
    require(
        decayEpochs > 0 || (decayEpochs == 0 && hasEnd),
        "decayEpochs must be above 0",
        decayEpochs);
    require(decayRate > 0, "decayRate must be above 0", decayRate);
    require(endRate >= 0, "endRate must be at least 0", endRate);
    require(power > 0, "power must be above 0", power);
    require(alpha >= 0 && alpha <= 1, "alpha must be 0 to 1", alpha);
    require(warmupEpochs >= 0, "warmupEpochs must be at least 0", warmupEpochs);
    require(warmupIterations >= 0, "warmupIterations must be at least 0", warmupIterations);
    require(
        warmupEpochs == 0 || warmupIterations == 0,
        "one of warmupEpochs and warmupIterations must be 0",
        warmupEpochs);
  }

  /** The schedule from a highest rate; null for one that is the same all the time. */
  RateSchedule from(double rate) {
    Decay decay = Decay.valueOf(type.toUpperCase(Locale.ROOT));
    return decay == Decay.CONSTANT && warmupEpochs == 0 && warmupIterations == 0
        ? null
        : new RateSchedule(
            decay,
            rate,
            decayEpochs,
            decayRate,
            endRate,
            power,
            alpha,
            warmupEpochs,
            warmupIterations,
            0,
            0);
  }

  private static void require(boolean holds, String rule, Object found) {
    if (!holds) {
      throw new KindlingException(
          "Cannot make the learning-rate schedule: %s, not %s".formatted(rule, found));
    }
  }
}
