/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.input.ExampleBuffer;
import io.kindling.input.FeatureBatch;
import io.kindling.input.NetworkInput;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Scores encoded examples, however many, in minibatches that suit the network: sequences sorted by
 * length, so that little padding is computed, and laid out so that an example's result does not
 * depend on the others ({@link MinibatchLayout}).
 *
 * <p>Not safe for use by several threads at once.
 */
public final class ExampleScorer implements AutoCloseable {
  private final ScoringNetwork network;
  private final MinibatchPlan plan;

  ExampleScorer(ScoringNetwork network, MinibatchPlan plan) {
    this.network = network;
    this.plan = plan;
  }

  /** What the network takes. */
  public NetworkInput input() {
    return network.input();
  }

  /** Sets how many native threads compute, on whatever thread {@link #outputs} is called. */
  void setThreads(int count) {
    network.setThreads(count);
  }

  /**
   * What the network gives for each of the first examples: logits, or numbers.
   *
   * @param encoded as {@link NetworkInput#encode} writes them
   * @param examples how many of these count
   * @param asked for at once, or 0 for as many as suit the network
   * @return {@code [examples, units]}
   */
  public double[][] outputs(ExampleBuffer[] encoded, int examples, int asked) {
    MinibatchSize sizes = plan.asked(asked).size();
    Integer[] order = new Integer[examples];
    Arrays.setAll(order, index -> index);
    if (input().spec().isSequence()) {
      Arrays.sort(order, Comparator.comparingInt(index -> encoded[index].length()));
    }
    double[][] outputs = new double[examples][];
    int start = 0;
    while (start < examples) {
      int count = sizes.next(examples - start, steps(encoded[order[start]]));
      // The longest, which comes last, decides.
      int fitting = count;
      do {
        count = fitting;
        int steps = steps(encoded[order[start + count - 1]]);
        fitting = Math.min(count, sizes.next(examples - start, steps));
      } while (fitting < count);
      score(encoded, order, start, count, outputs);
      start += count;
    }
    return outputs;
  }

  private int steps(ExampleBuffer example) {
    return example.length() / input().stepBytes();
  }

  private void score(
      ExampleBuffer[] encoded, Integer[] order, int start, int count, double[][] outputs) {
    int rows = plan.layout().rows(count);
    int first = plan.layout().first(count);
    FeatureBatch batch = network.batch();
    batch.begin(rows, encoded[order[start + count - 1]].length());
    for (int i = 0; i < count; i++) {
      ExampleBuffer example = encoded[order[start + i]];
      batch.put(first + i, example.bytes(), 0, example.length());
    }
    float[] all = network.logits();
    for (int i = 0; i < count; i++) {
      outputs[order[start + i]] = Softmax.row(all, first + i, all.length / rows);
    }
  }

  /** Gives the network's native memory back. */
  @Override
  public void close() {
    network.close();
  }
}
