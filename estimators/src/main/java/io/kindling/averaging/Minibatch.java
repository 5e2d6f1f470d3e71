/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.input.ExampleBuffer;
import io.kindling.input.FeatureBatch;
import io.kindling.input.HostArrays;
import io.kindling.input.NetworkInput;
import io.kindling.model.Target;
import io.kindling.shards.ExampleStore;
import io.kindling.shards.Seeds;
import io.kindling.transformers.image.Augmentation;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Assembles examples into the arrays of a minibatch, in memory that is used again. */
public final class Minibatch implements AutoCloseable {
  private final NetworkInput input;
  private final Target target;
  private final Augmentation augmentation;
  private final FeatureBatch features;
  private final ExampleBuffer encoded = new ExampleBuffer();
  private final float[] targets;
  private final float[] exampleWeights;
  private final byte[] augmented;
  private INDArray labels;
  private INDArray weights;

  /** An empty one for the examples that {@code spec} tells of. */
  public Minibatch(ReplicaSpec spec) {
    this.input = new NetworkInput(spec.input());
    this.target = spec.target();
    this.augmentation = spec.augmentation();
    this.features = new FeatureBatch(input);
    this.targets = new float[Math.multiplyExact(spec.batchSize(), target.units())];
    this.exampleWeights = new float[spec.batchSize()];
    this.augmented = new byte[augmentation == null ? 0 : input.stepBytes()];
  }

  /** Float features {@code [examples, ...]} of the last {@link #fill}. */
  public INDArray features() {
    return features.features();
  }

  /** Which steps of the features are real, as {@link FeatureBatch#mask}; null where all are. */
  public INDArray mask() {
    return features.mask();
  }

  /** What the network is to give, {@code [examples, units]}, of the last {@link #fill}. */
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
    int longest = 0;
    for (int i = from; i < to; i++) {
      longest = Math.max(longest, store.bytes(order[i]));
    }
    Arrays.fill(targets, 0, examples * target.units(), 0f);
    features.begin(examples, longest);
    for (int i = 0; i < examples; i++) {
      int index = order[from + i];
      target.place(store.label(index), targets, i);
      exampleWeights[i] = store.weight(index);
      store.read(index, encoded);
      put(i, Seeds.mix(seed, index));
    }
    features.end();
    if (labels == null || labels.size(0) != examples) {
      release();
      labels = Nd4j.createUninitialized(new long[] {examples, target.units()}, 'c');
      weights = store.isWeighted() ? Nd4j.createUninitialized(new long[] {examples, 1}, 'c') : null;
    }
    HostArrays.copy(targets, labels);
    if (weights != null) {
      HostArrays.copy(exampleWeights, weights);
    }
  }

  @Override
  public void close() {
    features.close();
    release();
  }

  private void release() {
    HostArrays.release(labels);
    HostArrays.release(weights);
  }

  private void put(int place, long seed) {
    if (augmentation == null) {
      features.put(place, encoded.bytes(), 0, encoded.length());
      return;
    }
    augmentation.apply(
        encoded.bytes(),
        0,
        input.spec().height(),
        input.spec().width(),
        input.spec().channels(),
        seed,
        augmented,
        0);
    features.put(place, augmented, 0, augmented.length);
  }
}
