/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.data.KindlingException;
import io.kindling.input.HostArrays;
import java.util.List;

/**
 * The mean of the replicas' parameters and optimizer state, each replica weighted by the examples
 * that it trained on (McDonald et al. 2010; with one optimizer step a round it is minibatch SGD).
 * Summed in doubles and in the workers' order, so that the same replicas give the same mean to the
 * bit, and one replica alone its own values.
 */
final class ParameterAverage {
  private ParameterAverage() {}

  /**
   * Averages a round.
   *
   * @param results in the workers' order, at least one of which trained
   * @throws KindlingException if a parameter is no finite number
   */
  static TrainingState of(List<RoundResult> results, TrainingState before) {
    double[] params = new double[before.params().length / Float.BYTES];
    double[] updaterState = new double[before.updaterState().length / Float.BYTES];
    long examples = 0;
    int minibatches = 0;
    for (RoundResult result : results) {
      if (result.examples > 0) {
        add(result.state.params(), result.examples, params);
        add(result.state.updaterState(), result.examples, updaterState);
        examples += result.examples;
        minibatches = Math.max(minibatches, result.minibatches);
      }
    }
    byte[] meanParams = mean(params, examples);
    for (float value : HostArrays.toFloats(meanParams)) {
      if (!Float.isFinite(value)) {
        throw new KindlingException(
            "Cannot train on: a parameter became %s; a lower learning rate may help"
                .formatted(value));
      }
    }
    return new TrainingState(
        meanParams, mean(updaterState, examples), Math.addExact(before.iterations(), minibatches));
  }

  private static void add(byte[] values, long weight, double[] sums) {
    float[] floats = HostArrays.toFloats(values);
    for (int i = 0; i < sums.length; i++) {
      sums[i] += (double) weight * floats[i];
    }
  }

  private static byte[] mean(double[] sums, long weight) {
    float[] means = new float[sums.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = (float) (sums[i] / weight);
    }
    return HostArrays.toBytes(means);
  }
}
