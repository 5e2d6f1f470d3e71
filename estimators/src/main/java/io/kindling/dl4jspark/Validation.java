/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.dl4jspark;

import io.kindling.averaging.ReplicaSpec;
import io.kindling.input.NetworkInput;
import io.kindling.model.ClassificationCounts;
import io.kindling.model.NetworkConfiguration;
import io.kindling.model.ScoringNetwork;
import io.kindling.model.Softmax;
import io.kindling.shards.ExampleStore;
import io.kindling.shards.Shard;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;

/** Counts how the parameters in a broadcast predict a shard's validation examples. */
final class Validation implements Function<Shard, ClassificationCounts> {
  private static final long serialVersionUID = 1L;

  private final ReplicaSpec spec;
  private final Broadcast<float[]> params;

  Validation(ReplicaSpec spec, Broadcast<float[]> params) {
    this.spec = spec;
    this.params = params;
  }

  @Override
  public ClassificationCounts call(Shard shard) {
    ExampleStore store = shard.validation();
    ClassificationCounts counts = new ClassificationCounts(spec.classes());
    if (store.size() == 0) {
      return counts;
    }
    try (ScoringNetwork network =
        new ScoringNetwork(
            NetworkConfiguration.parse(spec.configuration()), params.value(), spec.input())) {
      NetworkInput input = network.input();
      int width = input.spec().values();
      byte[] encoded = new byte[input.encodedBytes()];
      float[] values = new float[spec.batchSize() * width];
      for (int start = 0; start < store.size(); start += spec.batchSize()) {
        int examples = Math.min(spec.batchSize(), store.size() - start);
        for (int i = 0; i < examples; i++) {
          store.read(start + i, encoded, 0);
          input.decode(encoded, 0, values, i * width);
        }
        float[] logits = network.logits(values, examples);
        for (int i = 0; i < examples; i++) {
          double[] row = Softmax.row(logits, i, spec.classes());
          int label = (int) store.label(start + i);
          counts.add(label, Softmax.argmax(row), Softmax.probabilities(row)[label]);
        }
      }
    }
    return counts;
  }
}
