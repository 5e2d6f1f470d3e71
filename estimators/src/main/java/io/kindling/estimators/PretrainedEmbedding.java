/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.averaging.ReplicaSpec;
import io.kindling.averaging.TrainingState;
import io.kindling.data.KindlingException;
import io.kindling.input.HostArrays;
import io.kindling.input.InputSpec;
import io.kindling.input.SequenceColumn;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import io.kindling.network.WordVectors;
import io.kindling.runtime.NativeMemory;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.layers.feedforward.embedding.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Word vectors from a file as the weights that a network's embedding starts with. */
final class PretrainedEmbedding {
  private final String path;
  private final List<String> words;

  PretrainedEmbedding(String path, List<String> words) {
    this.path = path;
    this.words = words;
  }

  /**
   * The same state with the words' vectors in it.
   *
   * @throws KindlingException if the network has not one embedding, of another size than the
   *     vectors, or the words are not those of the vocabulary
   */
  TrainingState into(TrainingState fresh, ReplicaSpec spec, Configuration hadoop) {
    InputSpec input = spec.input();
    if (input.kind() != InputSpec.Kind.TOKENS) {
      throw refused("the network takes %s, no token ids".formatted(input));
    }
    if (words.size() + SequenceColumn.FIRST_WORD_ID != input.vocabulary()) {
      throw refused(
          "%d words are given, the vocabulary has %d; set embeddingWords to the vocabulary of the VocabularyIndexerModel that made the token ids"
              .formatted(words.size(), input.vocabulary() - SequenceColumn.FIRST_WORD_ID));
    }
    try (Network network =
        NativeMemory.within(
            "train", () -> NetworkConfiguration.parse(spec.configuration()).build())) {
      HostArrays.copy(fresh.params(), network.params());
      INDArray weights = weights(network);
      WordVectors vectors = WordVectors.read(path, words, hadoop);
      if (vectors.size() != weights.size(1)) {
        throw refused(
            "its vectors have %d numbers, the network's embedding %d (output-dim); make these equal"
                .formatted(vectors.size(), weights.size(1)));
      }
      for (int i = 0; i < words.size(); i++) {
        if (vectors.vector(i) != null) {
          weights.putRow(i + SequenceColumn.FIRST_WORD_ID, Nd4j.createFromArray(vectors.vector(i)));
        }
      }
      return new TrainingState(
          HostArrays.bytes(network.params()), fresh.updaterState(), fresh.iterations());
    }
  }

  private INDArray weights(Network network) {
    List<Layer> embeddings = new ArrayList<>();
    for (Layer layer : network.layers()) {
      Layer inner = layer instanceof BaseWrapperLayer frozen ? frozen.getUnderlying() : layer;
      if (inner instanceof EmbeddingSequenceLayer) {
        embeddings.add(inner);
      }
    }
    if (embeddings.size() != 1) {
      throw refused("the network has %d embeddings, it must have one".formatted(embeddings.size()));
    }
    return embeddings.get(0).getParam(DefaultParamInitializer.WEIGHT_KEY);
  }

  private KindlingException refused(String reason) {
    return new KindlingException(
        "Cannot start with the word vectors of %s (network.embedding-file): %s"
            .formatted(path, reason));
  }
}
