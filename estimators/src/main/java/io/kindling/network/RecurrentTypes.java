/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;

/** Layers that read sequences: embeddings, recurrent layers, attention. */
final class RecurrentTypes {
  private static final String LSTM_TYPE = "lstm";
  private static final String RNN_TYPE = "simple-rnn";
  private static final String SEQUENCES = "return-sequences";

  static final Map<String, LayerType> ALL =
      Map.of(
          "embedding",
          LayerType.of(RecurrentTypes::embedding, "input-dim", "trainable")
              .needing("output-dim", "64"),
          LSTM_TYPE,
          LayerType.of(
                  RecurrentTypes::recurrent,
                  SEQUENCES,
                  "activation",
                  "recurrent-activation",
                  "recurrent-initializer",
                  "unit-forget-bias")
              .and(WeightSettings.ALL)
              .needing("units", "64"),
          RNN_TYPE,
          LayerType.of(RecurrentTypes::recurrent, SEQUENCES, "activation", "recurrent-initializer")
              .and(WeightSettings.ALL)
              .needing("units", "64"),
          "bidirectional",
          LayerType.of(RecurrentTypes::bidirectional, "merge-mode")
              .needing("layer", "{lstm {units = 64}}"),
          "self-attention",
          LayerType.of(RecurrentTypes::selfAttention, "heads").needing("units", "64"),
          "last-step",
          LayerType.of(
              (layer, in) -> {
                PoolingTypes.requireSteps(layer, in);
                return new Piece.LastStep();
              }));

  /** What becomes of the two directions, by Keras' names. */
  private enum Merge {
    CONCAT(Bidirectional.Mode.CONCAT),
    SUM(Bidirectional.Mode.ADD),
    MUL(Bidirectional.Mode.MUL),
    AVE(Bidirectional.Mode.AVERAGE);

    private static final Map<String, Merge> BY_NAME =
        new TreeMap<>(Map.of("concat", CONCAT, "sum", SUM, "mul", MUL, "ave", AVE));

    private final Bidirectional.Mode mode;

    Merge(Bidirectional.Mode mode) {
      this.mode = mode;
    }

    private GraphVertex vertex() {
      return switch (this) {
        case CONCAT -> new MergeVertex();
        case SUM -> new ElementWiseVertex(ElementWiseVertex.Op.Add);
        case MUL -> new ElementWiseVertex(ElementWiseVertex.Op.Product);
        case AVE -> new ElementWiseVertex(ElementWiseVertex.Op.Average);
      };
    }
  }

  private RecurrentTypes() {}

  private static Piece embedding(LayerSettings layer, Flow in) {
    layer.require(in.is(FlowKind.TOKENS), in, FlowKind.TOKENS, "");
    if (layer.positive("input-dim", (int) in.units()) != in.units()) {
      throw layer.error(
          "has input-dim = %d, but the vocabulary has %d words; leave input-dim away, it follows from the vocabulary"
              .formatted(layer.positive("input-dim", 1), in.units()));
    }
    EmbeddingSequenceLayer embedding =
        new EmbeddingSequenceLayer.Builder()
            .nIn(in.units())
            .nOut(layer.positive("output-dim", 1))
            .activation(Activation.IDENTITY)
            // As Keras: Glorot's bounds would shrink with the vocabulary.
            .weightInit(new UniformDistribution(-0.05, 0.05))
            .build();
    return new Piece.One(layer.flag("trainable", true) ? embedding : new FrozenLayer(embedding));
  }

  private static Piece recurrent(LayerSettings layer, Flow in) {
    PoolingTypes.requireSteps(layer, in);
    BaseRecurrentLayer recurrent = recurrent(layer);
    return new Piece.One(layer.flag(SEQUENCES, false) ? recurrent : new LastTimeStep(recurrent));
  }

  private static BaseRecurrentLayer recurrent(LayerSettings layer) {
    BaseRecurrentLayer recurrent = unconstrained(layer);
    if (layer.has("kernel-constraint")) {
      // DL4J would constrain an LSTM's recurrent weights, too, and of a SimpleRnn none at all;
      // constrainInputWeights does nothing.
      LayerConstraint constraint = WeightSettings.constraint(layer, 0);
      constraint.setParams(Set.of(DefaultParamInitializer.WEIGHT_KEY));
      recurrent.setConstraints(List.of(constraint));
    }
    return recurrent;
  }

  private static BaseRecurrentLayer unconstrained(LayerSettings layer) {
    return layer.spec().type().equals(LSTM_TYPE)
        ? set(
                layer,
                new LSTM.Builder()
                    .gateActivationFunction(
                        Activations.ofEach(
                            layer, "recurrent-activation", Activations.BY_NAME.get("sigmoid")))
                    .forgetGateBiasInit(layer.flag("unit-forget-bias", true) ? 1 : 0))
            .build()
        : set(layer, new SimpleRnn.Builder()).build();
  }

  private static <B extends BaseRecurrentLayer.Builder<B>> B set(LayerSettings layer, B builder) {
    // Where none is set DL4J would take the kernel's. Keras' default, orthogonal, does not come to
    // an
    // end in DL4J for larger layers (its SVD, seen with 32 units). For the kernel itself DL4J
    // counts
    // an LSTM's inputs as its units, and the outputs as its inputs and units, where Keras counts
    // its
    // inputs and four times its units.
    builder.weightInitRecurrent(
        WeightSettings.initializer(layer, "recurrent-initializer", "glorot-uniform"));
    builder.nOut(layer.positive("units", 1));
    builder.activation(Activations.ofEach(layer, "activation", Activations.BY_NAME.get("tanh")));
    return WeightSettings.set(layer, builder, 0);
  }

  private static Piece bidirectional(LayerSettings layer, Flow in) {
    PoolingTypes.requireSteps(layer, in);
    LayerSettings inner = layer.layer("layer");
    String type = inner.spec().type();
    if (!type.equals(LSTM_TYPE) && !type.equals(RNN_TYPE)) {
      throw layer.wrong("layer", type, "an lstm or a simple-rnn");
    }
    Merge merge = layer.named("merge-mode", Merge.BY_NAME, Merge.CONCAT);
    if (inner.flag(SEQUENCES, false)) {
      return new Piece.One(new Bidirectional(merge.mode, recurrent(inner)));
    }
    // DL4J cannot train a Bidirectional of last steps.
    return new Piece.BothWays(
        new LastTimeStep(recurrent(inner)), new LastTimeStep(recurrent(inner)), merge.vertex());
  }

  private static Piece selfAttention(LayerSettings layer, Flow in) {
    PoolingTypes.requireSteps(layer, in);
    int units = layer.positive("units", 1);
    int heads = layer.positive("heads", 1);
    if (units % heads != 0) {
      throw layer.error(
          "has units = %d, which its %d heads cannot share evenly; make units a multiple of heads"
              .formatted(units, heads));
    }
    return new Piece.One(
        new SelfAttentionLayer.Builder()
            .nOut(units)
            .nHeads(heads)
            .projectInput(true)
            .weightInit(WeightInit.XAVIER_UNIFORM)
            .build());
  }
}
