/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.input.LittleEndian;
import java.util.List;

/**
 * The mean of the replicas' parameters and optimizer state, each replica weighted by the examples
 * that it trained on (McDonald et al. 2010; with one optimizer step a round it is minibatch SGD),
 * and what the outer optimizer makes of it. For one slice of the state; the slices are averaged
 * apart. Summed in doubles and in the workers' order, so that the same replicas give the same mean
 * to the bit, and one replica alone its own values.
 */
final class SliceAverage {
  private final OuterOptimizer outer;
  private final Transport transport;

  SliceAverage(Averaging averaging) {
    this.outer = averaging.outer();
    this.transport = averaging.transport();
  }

  /**
   * A replica's share in the mean.
   *
   * @param encoded where the replica ended, this slice of it
   * @param examples that it trained on, at least 1
   */
  @SuppressWarnings("ArrayRecordComponent") // a value that is read, never compared
  record Part(byte[] encoded, long examples) {}

  /**
   * An averaged slice.
   *
   * @param encoded as it travels
   * @param state as every receiver, and so the sender too, decodes it
   */
  @SuppressWarnings("ArrayRecordComponent") // a value that is read, never compared
  record Mean(byte[] encoded, TrainingState state) {}

  /**
   * Averages.
   *
   * @param base the slice when the round began
   * @param parts in the workers' order, at least one
   * @param minibatches the most that a replica fitted
   */
  Mean of(TrainingState base, List<Part> parts, int minibatches) {
    TrainingState[] ends = new TrainingState[parts.size()];
    double[] examples = new double[parts.size()];
    double all = 0;
    for (int i = 0; i < ends.length; i++) {
      ends[i] = transport.decode(parts.get(i).encoded(), base);
      examples[i] = parts.get(i).examples();
      all += examples[i];
    }
    byte[] params = new byte[base.params().length];
    byte[] momentum = new byte[base.outerMomentum().length];
    for (int at = 0; at < params.length; at += Float.BYTES) {
      double sum = 0;
      for (int i = 0; i < ends.length; i++) {
        sum += examples[i] * LittleEndian.getFloat(ends[i].params(), at);
      }
      float value;
      if (outer.isAverage()) {
        value = (float) (sum / all);
      } else {
        float before = LittleEndian.getFloat(base.params(), at);
        double change = sum / all - before;
        float newMomentum = outer.momentum(LittleEndian.getFloat(base.outerMomentum(), at), change);
        value = outer.step(before, change, newMomentum);
        LittleEndian.putFloat(momentum, at, newMomentum);
      }
      LittleEndian.putFloat(params, at, value);
    }
    byte[] updaterState = new byte[base.updaterState().length];
    for (int at = 0; at < updaterState.length; at += Float.BYTES) {
      double sum = 0;
      for (int i = 0; i < ends.length; i++) {
        sum += examples[i] * LittleEndian.getFloat(ends[i].updaterState(), at);
      }
      LittleEndian.putFloat(updaterState, at, (float) (sum / all));
    }
    byte[] encoded = transport.encode(new TrainingState(params, updaterState, 0), base);
    TrainingState decoded = transport.decode(encoded, base);
    return new Mean(
        encoded,
        new TrainingState(
            decoded.params(),
            decoded.updaterState(),
            momentum,
            Math.addExact(base.iterations(), minibatches)));
  }
}
