/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import java.util.Map;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationLReLU;

/** Layers for values of several kinds: dense, activation, dropout, batch normalization. */
final class DenseTypes {
  private static final String EMBEDDING_FIRST = "; put an embedding first";

  static final Map<String, LayerType> ALL =
      Map.of(
          "dense",
          LayerType.of(DenseTypes::dense, "activation", "use-bias")
              .and(WeightSettings.ALL)
              .needing("units", "64"),
          "activation",
          LayerType.of(DenseTypes::activation, "alpha").needing("activation", "relu"),
          "dropout",
          LayerType.of(DenseTypes::dropout).needing("rate", "0.5"),
          "spatial-dropout1d",
          LayerType.of((layer, in) -> spatialDropout(layer, in, FlowKind.STEPS))
              .needing("rate", "0.2"),
          "spatial-dropout2d",
          LayerType.of((layer, in) -> spatialDropout(layer, in, FlowKind.IMAGE))
              .needing("rate", "0.2"),
          "batch-normalization",
          LayerType.of(DenseTypes::batchNormalization, "momentum", "epsilon"));

  private DenseTypes() {}

  private static Piece dense(LayerSettings layer, Flow in) {
    layer.require(!in.is(FlowKind.TOKENS), in, FlowKind.ROW, EMBEDDING_FIRST);
    layer.require(
        !in.is(FlowKind.IMAGE),
        in,
        FlowKind.ROW,
        "; put flatten or global-average-pooling2d before it");
    int units = layer.positive("units", 1);
    if (in.is(FlowKind.STEPS)) {
      // The same weights at each step: a convolution over one step.
      return new Piece.One(
          WeightSettings.set(layer, new Convolution1DLayer.Builder(1))
              .nOut(units)
              .activation(Activations.ofEach(layer))
              .hasBias(layer.flag("use-bias", true))
              .build());
    }
    return new Piece.One(
        WeightSettings.set(layer, new DenseLayer.Builder(), 0)
            .nOut(units)
            .activation(Activations.of(layer))
            .hasBias(layer.flag("use-bias", true))
            .build());
  }

  private static Piece activation(LayerSettings layer, Flow in) {
    layer.require(!in.is(FlowKind.TOKENS), in, FlowKind.ROW, EMBEDDING_FIRST);
    return new Piece.One(new ActivationLayer.Builder().activation(curve(layer, in)).build());
  }

  private static IActivation curve(LayerSettings layer, Flow in) {
    IActivation activation =
        in.is(FlowKind.ROW) ? Activations.of(layer) : Activations.ofEach(layer);
    if (!layer.has("alpha")) {
      return activation;
    }
    double alpha = layer.number("alpha", 1, Double.MAX_VALUE);
    if (activation instanceof ActivationLReLU) {
      return new ActivationLReLU(alpha);
    }
    if (activation instanceof ActivationELU) {
      return new ActivationELU(alpha);
    }
    throw layer.error("has alpha, which is for leaky-relu and elu; leave it away");
  }

  private static Piece dropout(LayerSettings layer, Flow in) {
    layer.require(!in.is(FlowKind.TOKENS), in, FlowKind.STEPS, EMBEDDING_FIRST);
    // DL4J counts the share that is kept.
    return new Piece.One(new DropoutLayer.Builder(1 - layer.share("rate")).build());
  }

  private static Piece spatialDropout(LayerSettings layer, Flow in, FlowKind kind) {
    layer.require(in.is(kind), in, kind, "");
    return new Piece.One(
        new DropoutLayer.Builder(new SpatialDropout(1 - layer.share("rate"))).build());
  }

  private static Piece batchNormalization(LayerSettings layer, Flow in) {
    layer.require(!in.is(FlowKind.TOKENS), in, FlowKind.ROW, EMBEDDING_FIRST);
    layer.require(
        !in.is(FlowKind.STEPS),
        in,
        "images or rows of values",
        ", whose padding would be measured, too; put it behind the pooling");
    return new Piece.One(
        new BatchNormalization.Builder()
            .decay(layer.number("momentum", 0.99, 1))
            .eps(layer.number("epsilon", 1e-3, 1))
            // Its running mean and variance are kept as if by gradients, which must not be clipped.
            .gradientNormalization(GradientNormalization.None)
            .build());
  }
}
