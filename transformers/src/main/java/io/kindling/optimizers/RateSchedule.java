/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.optimizers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kindling.data.KindlingException;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A learning rate over a training, by Keras' formulas, after an optional linear warm-up (Goyal et
 * al. 2017). Time is counted in epochs, also within one: a training tells how many iterations an
 * epoch has ({@link #placed}); until then, and in a saved network, the rate changes at the end of
 * each epoch. DL4J's own schedules count either iterations or whole epochs, have no warm-up and no
 * cosine, and its polynomial one rises ({@code (1 + i / max)^power}).
 *
 * <p>Of warm-up's n iterations, the first one (0) has the rate's n-th part and the last one the
 * whole rate. What follows counts from there, as {@code decay_steps} of Keras' {@code CosineDecay}
 * does.
 *
 * @param decay how the rate falls
 * @param rate the highest, above 0
 * @param decayEpochs epochs of one step or of one {@code decayRate}, or in which a polynomial or a
 *     cosine comes to its end; above 0, or 0 for a polynomial or a cosine that ends with the
 *     training, which until {@link #placed} stays at its highest
 * @param decayRate what a step or an exponential multiplies the rate with
 * @param endRate the rate at a polynomial's end
 * @param power of a polynomial; 1 is a line
 * @param alpha the share of {@code rate} that a cosine ends with
 * @param warmupEpochs epochs of warm-up; 0 for none, or where {@code warmupIterations} says
 * @param warmupIterations iterations of one worker; 0 for none
 * @param iterationsPerEpoch iterations of one worker in an epoch; 0 while it is not known
 * @param firstIteration the iteration at which the training starts: not 0 where it goes on from
 *     another model
 */
public record RateSchedule(
    @JsonProperty("decay") Decay decay,
    @JsonProperty("rate") double rate,
    @JsonProperty("decayEpochs") double decayEpochs,
    @JsonProperty("decayRate") double decayRate,
    @JsonProperty("endRate") double endRate,
    @JsonProperty("power") double power,
    @JsonProperty("alpha") double alpha,
    @JsonProperty("warmupEpochs") double warmupEpochs,
    @JsonProperty("warmupIterations") int warmupIterations,
    @JsonProperty("iterationsPerEpoch") int iterationsPerEpoch,
    @JsonProperty("firstIteration") int firstIteration)
    implements ISchedule {
  private static final long serialVersionUID = 1L;

  /** How a rate falls. */
  public enum Decay {
    /** Not at all. */
    CONSTANT,
    /** By a factor at once, every so many epochs. */
    STEP,
    /** By a factor over so many epochs, a little at each iteration. */
    EXPONENTIAL,
    /** To an end by a power of the time that is left. */
    POLYNOMIAL,
    /** To an end along half a wave (Loshchilov and Hutter 2017, without restarts). */
    COSINE
  }

  /** So that a quotient that rounding left just below a whole number counts as that. */
  private static final double ROUNDING = 1e-9;

  @JsonCreator
  public RateSchedule {}

  @Override
  public double valueAt(int iteration, int epoch) {
    boolean placed = iterationsPerEpoch > 0;
    double epochs = placed ? (iteration - firstIteration) / (double) iterationsPerEpoch : epoch;
    // The end of the iteration or epoch that begins now, so that no step is of rate 0.
    double end = placed ? epochs + 1.0 / iterationsPerEpoch : epochs + 1;
    double warmup =
        warmupIterations > 0 && placed
            ? warmupIterations / (double) iterationsPerEpoch
            : warmupEpochs;
    return end < warmup ? rate * end / warmup : decayed(Math.max(0, epochs - warmup));
  }

  private double decayed(double epochs) {
    return switch (decay) {
      case CONSTANT -> rate;
      case STEP -> rate * Math.pow(decayRate, Math.floor(epochs / decayEpochs + ROUNDING));
      case EXPONENTIAL -> rate * Math.pow(decayRate, epochs / decayEpochs);
      case POLYNOMIAL -> endRate + (rate - endRate) * Math.pow(1 - done(epochs), power);
      case COSINE -> rate * (alpha + (1 - alpha) * (1 + Math.cos(Math.PI * done(epochs))) / 2);
    };
  }

  private double done(double epochs) {
    return decayEpochs == 0 ? 0 : Math.min(1, epochs / decayEpochs);
  }

  /** Itself: it never changes. */
  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod")
  public RateSchedule clone() {
    return this;
  }

  /**
   * A DL4J configuration whose schedules of this kind know where they are.
   *
   * @param configuration DL4J's JSON
   * @param epochs of the training
   * @param iterationsPerEpoch iterations of one worker in an epoch
   * @param firstIteration the iteration at which the training starts
   * @return {@code configuration} itself where it has no such schedule
   * @throws KindlingException if a warm-up would be longer than the training
   */
  public static String placed(
      String configuration, int epochs, int iterationsPerEpoch, int firstIteration) {
    if (!configuration.contains(RateSchedule.class.getName())) {
      return configuration;
    }
    try {
      ObjectMapper mapper = new ObjectMapper();
      JsonNode tree = mapper.readTree(configuration);
      for (JsonNode holder : tree.findParents("@class")) {
        if (holder.path("@class").asText().equals(RateSchedule.class.getName())) {
          long iterations = (long) epochs * iterationsPerEpoch;
          if (holder.path("warmupIterations").asInt() >= iterations) {
            throw new KindlingException(
                "Cannot train: warmupIterations (training.schedule.warmup-iterations) is %d, but a worker has %d iterations in all; set fewer"
                    .formatted(holder.path("warmupIterations").asInt(), iterations));
          }
          if (holder.path("decayEpochs").asDouble() == 0) {
            double warmup =
                holder.path("warmupEpochs").asDouble()
                    + holder.path("warmupIterations").asInt() / (double) iterationsPerEpoch;
            ((ObjectNode) holder).put("decayEpochs", epochs - warmup);
          }
          ((ObjectNode) holder)
              .put("iterationsPerEpoch", iterationsPerEpoch)
              .put("firstIteration", firstIteration);
        }
      }
      return mapper.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new KindlingException("Cannot train: the network's configuration is no JSON", e);
    }
  }
}
