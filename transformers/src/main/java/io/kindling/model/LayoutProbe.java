/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.input.FeatureBatch;
import io.kindling.input.InputSpec;
import io.kindling.input.LittleEndian;
import io.kindling.input.NetworkInput;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Finds the {@link MinibatchLayout} of a network on this processor by trying: a few examples are
 * put into every place of minibatches of several sizes, of sequences also of several lengths, and
 * must get the same bits in all of them.
 *
 * <p>What differs is which of a kernel's loops a row goes through, not what is in it, so a few
 * examples tell for all. OpenBLAS 0.3.19 on AVX2 wants multiples of 8 and guards, and cuts products
 * of more than 320 rows.
 */
final class LayoutProbe {
  /** Rows that one block of OpenBLAS's product has on AVX2. */
  private static final int MOST_ROWS = 320;

  /** Of the examples, where they have any. */
  private static final int STEPS = 5;

  /** Steps of minibatches that the same examples are put into. */
  private static final int[] LONGER = {6, 16, 80};

  private static final List<MinibatchLayout> CANDIDATES =
      List.of(
          new MinibatchLayout(1, 0, MOST_ROWS, true),
          new MinibatchLayout(8, 0, MOST_ROWS, true),
          new MinibatchLayout(8, 8, MOST_ROWS, true),
          new MinibatchLayout(16, 16, MOST_ROWS, true));

  /** So that not all see the network's same dead units. */
  private static final int EXAMPLES = 3;

  private final ScoringNetwork network;
  private final byte[][] examples = new byte[EXAMPLES][];

  private LayoutProbe(ScoringNetwork network) {
    this.network = network;
    Random draws = new Random(1);
    Arrays.setAll(examples, index -> example(network.input(), draws));
  }

  /** The cheapest layout that makes the network's results independent of their neighbours. */
  static MinibatchLayout of(ScoringNetwork network) {
    LayoutProbe probe = new LayoutProbe(network);
    for (MinibatchLayout candidate : CANDIDATES) {
      if (probe.holds(candidate)) {
        return candidate;
      }
    }
    return MinibatchLayout.plain(MOST_ROWS);
  }

  private boolean holds(MinibatchLayout layout) {
    int few = Math.max(EXAMPLES, layout.multiple());
    float[][] expected = outputs(layout, few, STEPS);
    for (int size : sizes(layout)) {
      if (!same(layout, size, STEPS, expected)) {
        return false;
      }
    }
    if (network.input().spec().isSequence()) {
      for (int steps : LONGER) {
        if (!same(layout, few, steps, expected)
            || !same(layout, 5 * layout.multiple(), steps, expected)) {
          return false;
        }
      }
    }
    return true;
  }

  private static int[] sizes(MinibatchLayout layout) {
    int most = layout.mostExamples();
    int multiple = layout.multiple();
    return multiple == 1
        ? new int[] {1, 2, 5, 8, 9, 16, 31, 64, 65, most / 2, most}
        : new int[] {2 * multiple, 3 * multiple, 5 * multiple, most / 2, most};
  }

  private boolean same(MinibatchLayout layout, int size, int steps, float[][] expected) {
    float[][] outputs = outputs(layout, size, steps);
    for (int i = 0; i < size; i++) {
      if (!Arrays.equals(outputs[i], expected[i % EXAMPLES])) {
        return false;
      }
    }
    return true;
  }

  /** Of as many examples, one after the other again and again, in minibatches of so many steps. */
  private float[][] outputs(MinibatchLayout layout, int size, int steps) {
    FeatureBatch batch = network.batch();
    int rows = layout.rows(size);
    int first = layout.first(size);
    boolean sequence = network.input().spec().isSequence();
    batch.begin(rows, network.input().stepBytes() * (sequence ? steps : 1));
    for (int i = 0; i < size; i++) {
      byte[] example = examples[i % EXAMPLES];
      batch.put(first + i, example, 0, example.length);
    }
    float[] all = network.logits();
    int units = all.length / rows;
    float[][] outputs = new float[size][];
    Arrays.setAll(
        outputs, i -> Arrays.copyOfRange(all, (first + i) * units, (first + i + 1) * units));
    return outputs;
  }

  /** An example by chance, of {@link #STEPS} steps where it has any. */
  private static byte[] example(NetworkInput input, Random draws) {
    InputSpec spec = input.spec();
    byte[] bytes = new byte[input.stepBytes() * (spec.isSequence() ? STEPS : 1)];
    switch (spec.kind()) {
      case IMAGE -> draws.nextBytes(bytes);
      case TOKENS -> {
        for (int at = 0; at < bytes.length; at += Integer.BYTES) {
          LittleEndian.putInt(bytes, at, 1 + draws.nextInt(spec.vocabulary() - 1));
        }
      }
      case VECTOR, SEQUENCE -> {
        for (int at = 0; at < bytes.length; at += Float.BYTES) {
          LittleEndian.putFloat(bytes, at, (float) draws.nextGaussian());
        }
      }
    }
    return bytes;
  }
}
