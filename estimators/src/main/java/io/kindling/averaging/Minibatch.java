/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.input.HostArrays;
import io.kindling.input.NetworkInput;
import io.kindling.shards.ExampleStore;
import io.kindling.shards.Seeds;
import io.kindling.transformers.image.Augmentation;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Assembles examples into the arrays of a minibatch, in memory that is used again. */
public final class Minibatch implements AutoCloseable {
  private final NetworkInput input;
  private final int classes;
  private final Augmentation augmentation;
  private final float[] values;
  private final float[] oneHot;
  private final float[] exampleWeights;
  private final byte[] encoded;
  private final byte[] augmented;
  private INDArray features;
  private INDArray labels;
  private INDArray weights;

  /** An empty one for the examples that {@code spec} tells of. */
  public Minibatch(ReplicaSpec spec) {
    this.input = new NetworkInput(spec.input());
    this.classes = spec.classes();
    this.augmentation = spec.augmentation();
    this.values = new float[Math.multiplyExact(spec.batchSize(), spec.input().values())];
    this.oneHot = new float[Math.multiplyExact(spec.batchSize(), classes)];
    this.exampleWeights = new float[spec.batchSize()];
    this.encoded = new byte[input.encodedBytes()];
    this.augmented = new byte[augmentation == null ? 0 : input.encodedBytes()];
  }

  /** Float features {@code [examples, ...]} of the last {@link #fill}. */
  public INDArray features() {
    return features;
  }

  /** One-hot labels {@code [examples, classes]} of the last {@link #fill}. */
  public INDArray labels() {
    return labels;
  }

  /** Weights {@code [examples, 1]} of the last {@link #fill}; null where all weigh the same. */
  INDArray weights() {
    return weights;
  }

  /**
   * Takes the examples {@code order[from]} to {@code order[to - 1]}.
   *
   * @param seed of this minibatch's augmentation
   */
  public void fill(ExampleStore store, int[] order, int from, int to, long seed) {
    int examples = to - from;
    Arrays.fill(oneHot, 0, examples * classes, 0f);
    for (int i = 0; i < examples; i++) {
      int index = order[from + i];
      oneHot[i * classes + (int) store.label(index)] = 1f;
      exampleWeights[i] = store.weight(index);
      store.read(index, encoded, 0);
      decode(i, Seeds.mix(seed, index));
    }
    if (features == null || features.size(0) != examples) {
      close();
      features = Nd4j.createUninitialized(input.spec().shape(examples), 'c');
      labels = Nd4j.createUninitialized(new long[] {examples, classes}, 'c');
      weights = store.isWeighted() ? Nd4j.createUninitialized(new long[] {examples, 1}, 'c') : null;
    }
    HostArrays.copy(values, features);
    HostArrays.copy(oneHot, labels);
    if (weights != null) {
      HostArrays.copy(exampleWeights, weights);
    }
  }

  @Override
  public void close() {
    HostArrays.release(features);
    HostArrays.release(labels);
    HostArrays.release(weights);
  }

  private void decode(int place, long seed) {
    int to = place * input.spec().values();
    if (augmentation == null) {
      input.decode(encoded, 0, values, to);
    } else {
      augmentation.apply(
          encoded,
          0,
          input.spec().height(),
          input.spec().width(),
          input.spec().channels(),
          seed,
          augmented,
          0);
      input.decode(augmented, 0, values, to);
    }
  }
}
