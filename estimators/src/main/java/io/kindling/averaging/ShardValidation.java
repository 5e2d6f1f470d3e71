/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.input.ExampleBuffer;
import io.kindling.input.FeatureBatch;
import io.kindling.model.ClassificationCounts;
import io.kindling.model.NetworkConfiguration;
import io.kindling.model.ScoringNetwork;
import io.kindling.model.Softmax;
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
  public ClassificationCounts count(Shard shard, float[] params) {
    return NativeMemory.within("validate", () -> countWithin(shard.validation(), params));
  }

  private ClassificationCounts countWithin(ExampleStore store, float[] params) {
    ClassificationCounts counts = new ClassificationCounts(spec.classes());
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
      float[] logits = network.logits();
      for (int i = 0; i < examples; i++) {
        double[] row = Softmax.row(logits, i, spec.classes());
        int label = (int) store.label(order[start + i]);
        counts.add(label, Softmax.argmax(row), Softmax.probabilities(row)[label]);
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
