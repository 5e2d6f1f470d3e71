/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.input.ExampleBuffer;
import io.kindling.input.FeatureBatch;
import io.kindling.model.NetworkConfiguration;
import io.kindling.model.PredictionCounts;
import io.kindling.model.ScoringNetwork;
import io.kindling.runtime.NativeMemory;
import io.kindling.shards.ExampleStore;
import io.kindling.shards.Shard;

/**
 * Counts how parameters predict a shard's validation examples. Its network is built for the first
 * parameters and used again for others.
 */
public final class ShardValidation implements AutoCloseable {
  private final ReplicaSpec spec;
  private ScoringNetwork network;

  /**
   * @param spec the network and its minibatches
   */
  public ShardValidation(ReplicaSpec spec) {
    this.spec = spec;
  }

  /**
   * Counts.
   *
   * @param params flat, in the order of DL4J's {@code params()}
   * @throws io.kindling.data.KindlingException if the native memory does not suffice
   */
  public PredictionCounts count(Shard shard, float[] params) {
    boolean whole = false;
    try {
      PredictionCounts counts =
          NativeMemory.within("validate", () -> countWithin(shard.validation(), params));
      whole = true;
      return counts;
    } finally {
      if (!whole) {
        close(); // one that failed in mid-minibatch may hold what is wrong for the next
      }
    }
  }

  private PredictionCounts countWithin(ExampleStore store, float[] params) {
    PredictionCounts counts = spec.target().counts();
    if (store.size() == 0) {
      return counts;
    }
    if (network == null) {
      network =
          new ScoringNetwork(
              NetworkConfiguration.parse(spec.configuration()), params, spec.input());
    } else {
      network.setParams(params);
    }
    int[] order = EpochOrder.byLength(store);
    FeatureBatch batch = network.batch();
    ExampleBuffer encoded = new ExampleBuffer();
    for (int start = 0; start < order.length; start += spec.batchSize()) {
      int examples = Math.min(spec.batchSize(), order.length - start);
      batch.begin(examples, store.bytes(order[start + examples - 1]));
      for (int i = 0; i < examples; i++) {
        store.read(order[start + i], encoded);
        batch.put(i, encoded.bytes(), 0, encoded.length());
      }
      float[] outputs = network.logits();
      for (int i = 0; i < examples; i++) {
        counts.add(store.label(order[start + i]), outputs, i);
      }
    }
    return counts;
  }

  @Override
  public void close() {
    if (network != null) {
      network.close();
      network = null;
    }
  }
}
