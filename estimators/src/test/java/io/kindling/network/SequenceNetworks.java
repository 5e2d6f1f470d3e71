/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import static io.kindling.network.Layers.concatenate;
import static io.kindling.network.Layers.layer;

import io.kindling.input.InputSpec;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import io.kindling.runtime.NativeRuntime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Small networks of every kind of layer for sequences, and minibatches for them. */
final class SequenceNetworks {
  static final int CLASSES = 3;
  private static final int VOCABULARY = 20;
  private static final int WIDTH = 4;

  private SequenceNetworks() {}

  /** Layers behind an embedding or behind steps of numbers. */
  static Map<String, List<LayerSpec>> layers() {
    Map<String, List<LayerSpec>> networks = new LinkedHashMap<>();
    networks.put("global-max-pool", List.of(layer("global-max-pooling1d")));
    networks.put("global-average-pool", List.of(layer("global-average-pooling1d")));
    networks.put("lstm", List.of(lstm(false)));
    networks.put("stacked lstm", List.of(lstm(true), lstm(true), lstm(false)));
    networks.put("lstm of relu", List.of(lstm(false).with("activation", "relu")));
    networks.put("lstm, last step", List.of(lstm(true), layer("last-step")));
    networks.put(
        "dropout and dense behind pooling",
        List.of(
            lstm(true),
            layer("global-max-pooling1d"),
            layer("dropout").with("rate", 0.0001),
            layer("dense").with("units", 5).with("activation", "relu")));
    networks.put("lstm, average", List.of(lstm(true), layer("global-average-pooling1d")));
    networks.put("simple-rnn", List.of(rnn(true), rnn(false)));
    for (String merge : List.of("concat", "sum", "mul", "ave")) {
      networks.put("bidirectional lstm, " + merge, List.of(both(lstm(false), merge)));
      networks.put(
          "bidirectional lstm of sequences, " + merge,
          List.of(both(lstm(true), merge), layer("global-max-pooling1d")));
    }
    networks.put(
        "stacked bidirectional",
        List.of(both(lstm(true), "concat"), both(rnn(true), "sum"), both(lstm(false), "concat")));
    networks.put(
        "bidirectional, last step", List.of(both(lstm(true), "concat"), layer("last-step")));
    for (String padding : List.of("valid", "same", "causal")) {
      networks.put(
          "conv1d " + padding,
          List.of(conv(3, padding), conv(4, padding), layer("global-max-pooling1d")));
      networks.put(
          "conv1d behind an lstm, " + padding, List.of(lstm(true), conv(3, padding), lstm(false)));
      networks.put(
          "conv1d between, " + padding,
          List.of(
              conv(3, padding),
              both(lstm(true), "concat"),
              conv(2, padding),
              both(lstm(false), "concat")));
    }
    networks.put(
        "conv1d with stride",
        List.of(
            conv(3, "causal").with("strides", 2),
            conv(3, "valid").with("strides", 2),
            layer("global-average-pooling1d")));
    networks.put(
        "conv1d side by side",
        List.of(
            conv(2, "same").named("a"),
            conv(3, "same").after("a").named("b"),
            conv(4, "same").after("a").named("c"),
            concatenate("b", "c"),
            layer("global-max-pooling1d")));
    networks.put(
        "dense at each step",
        List.of(
            layer("dense").with("units", 3).with("activation", "tanh"),
            layer("spatial-dropout1d").with("rate", 0.0001),
            layer("activation").with("activation", "tanh"),
            lstm(false)));
    networks.put(
        "pooled ways joined",
        List.of(
            conv(3, "same").named("a"),
            layer("global-max-pooling1d").named("most"),
            layer("global-average-pooling1d").after("a").named("mean"),
            lstm(false).after("a").named("last"),
            concatenate("most", "mean", "last"),
            layer("dropout").with("rate", 0.0001)));
    for (String join : List.of("add", "subtract", "multiply", "average", "maximum")) {
      networks.put(
          join,
          List.of(
              conv(2, "same").named("a"),
              lstm(true).with("units", 5).named("b"),
              layer(join).after("a", "b"),
              layer("global-average-pooling1d")));
    }
    networks.put(
        "conv1d side by side, then more",
        List.of(
            conv(3, "causal"),
            conv(3, "valid"),
            lstm(true),
            layer("global-average-pooling1d"),
            layer("dense").with("units", 4).with("activation", "tanh"),
            layer("batch-normalization")));
    for (String pooling : List.of("global-max-pooling1d", "global-average-pooling1d")) {
      networks.put(
          "batch-norm behind " + pooling, List.of(layer(pooling), layer("batch-normalization")));
    }
    networks.put(
        "max-pool-1d", List.of(lstm(true), layer("max-pooling1d"), layer("global-max-pooling1d")));
    networks.put(
        "average-pool-1d that overlaps",
        List.of(
            conv(2, "same"),
            layer("average-pooling1d").with("pool-size", 3).with("strides", 2),
            both(lstm(false), "concat")));
    networks.put(
        "max-pool-1d and conv1d",
        List.of(
            conv(3, "valid"),
            layer("max-pooling1d"),
            conv(3, "valid"),
            layer("global-max-pooling1d")));
    networks.put("self-attention", List.of(attention(), layer("global-average-pooling1d")));
    networks.put(
        "self-attention between",
        List.of(conv(3, "valid"), attention(), conv(2, "same"), attention(), lstm(false)));
    networks.put(
        "bidirectional, self-attention",
        List.of(both(lstm(true), "concat"), attention(), layer("global-max-pooling1d")));
    return networks;
  }

  static InputSpec input(boolean tokens) {
    return tokens ? InputSpec.tokens(VOCABULARY) : InputSpec.sequence(WIDTH);
  }

  /** A network, biases and all at random. */
  static Network network(List<LayerSpec> layers, boolean tokens, OptimizerSpec optimizer) {
    NativeRuntime.start();
    Network network = configuration(layers, tokens, optimizer).build();
    Nd4j.getRandom().setSeed(11);
    network.params().addi(Nd4j.rand(network.params().shape()).subi(0.5).muli(0.4));
    return network;
  }

  static NetworkConfiguration configuration(
      List<LayerSpec> layers, boolean tokens, OptimizerSpec optimizer) {
    List<LayerSpec> specs = new ArrayList<>();
    if (tokens) {
      specs.add(layer("embedding").with("output-dim", 5));
    }
    specs.addAll(layers);
    return NetworkBuilder.configuration(
        specs, input(tokens), Head.classifier(CLASSES), optimizer, GradientClipping.NONE, 7);
  }

  /** A sequence {@code [1, width, steps]}. */
  static INDArray sequence(boolean tokens, int steps, Random random) {
    INDArray sequence = Nd4j.create(1, tokens ? 1 : WIDTH, steps);
    for (long i = 0; i < sequence.length(); i++) {
      sequence.putScalar(i, tokens ? 1 + random.nextInt(VOCABULARY - 1) : random.nextGaussian());
    }
    return sequence;
  }

  /** One class, {@code [1, classes]}. */
  static INDArray label(Random random) {
    INDArray label = Nd4j.zeros(1, CLASSES);
    label.putScalar(0, random.nextInt(CLASSES), 1);
    return label;
  }

  private static LayerSpec lstm(boolean sequences) {
    return layer("lstm").with("units", 4).with("return-sequences", sequences);
  }

  private static LayerSpec rnn(boolean sequences) {
    return layer("simple-rnn").with("units", 4).with("return-sequences", sequences);
  }

  private static LayerSpec both(LayerSpec inner, String merge) {
    return layer("bidirectional").with("layer", inner).with("merge-mode", merge);
  }

  private static LayerSpec conv(int kernel, String padding) {
    return layer("conv1d")
        .with("filters", 5)
        .with("kernel-size", kernel)
        .with("padding", padding)
        .with("activation", "tanh");
  }

  private static LayerSpec attention() {
    return layer("self-attention").with("units", 4).with("heads", 2);
  }
}
