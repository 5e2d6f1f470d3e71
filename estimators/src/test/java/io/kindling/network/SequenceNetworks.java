/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.input.InputSpec;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import io.kindling.runtime.NativeRuntime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Small networks of every kind of layer for sequences, and minibatches for them. */
final class SequenceNetworks {
  static final int CLASSES = 3;
  private static final int VOCABULARY = 20;
  private static final int WIDTH = 4;

  private SequenceNetworks() {}

  /** Layers behind an embedding or behind steps of numbers. */
  static Map<String, List<Map<String, Object>>> layers() {
    Map<String, List<Map<String, Object>>> networks = new LinkedHashMap<>();
    networks.put("global-max-pool", List.of(of("global-max-pool")));
    networks.put("global-average-pool", List.of(of("global-average-pool")));
    networks.put("lstm", List.of(lstm(false)));
    networks.put("stacked lstm", List.of(lstm(true), lstm(true), lstm(false)));
    networks.put("lstm of relu", List.of(with(lstm(false), "activation", "relu")));
    networks.put("lstm, last step", List.of(lstm(true), of("last-step")));
    networks.put(
        "dropout and dense behind pooling",
        List.of(
            lstm(true),
            of("global-max-pool"),
            Map.of("type", "dropout", "rate", 0.0001),
            Map.of("type", "dense", "units", 5)));
    networks.put("lstm, average", List.of(lstm(true), of("global-average-pool")));
    networks.put("simple-rnn", List.of(rnn(true), rnn(false)));
    for (String merge : List.of("concat", "sum", "mul", "ave")) {
      networks.put("bidirectional lstm, " + merge, List.of(both(lstm(false), merge)));
      networks.put(
          "bidirectional lstm of sequences, " + merge,
          List.of(both(lstm(true), merge), of("global-max-pool")));
    }
    networks.put(
        "stacked bidirectional",
        List.of(both(lstm(true), "concat"), both(rnn(true), "sum"), both(lstm(false), "concat")));
    networks.put("bidirectional, last step", List.of(both(lstm(true), "concat"), of("last-step")));
    for (String padding : List.of("valid", "same", "causal")) {
      networks.put(
          "conv1d " + padding, List.of(conv(3, padding), conv(4, padding), of("global-max-pool")));
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
            with(conv(3, "causal"), "stride", 2),
            with(conv(3, "valid"), "stride", 2),
            of("global-average-pool")));
    networks.put(
        "conv1d side by side",
        List.of(with(conv(3, "same"), "kernel", List.of(2, 3, 4)), of("global-max-pool")));
    networks.put(
        "conv1d side by side, then more",
        List.of(
            with(conv(3, "causal"), "kernel", List.of(1, 5)),
            conv(3, "valid"),
            lstm(true),
            of("global-average-pool"),
            Map.of("type", "dense", "units", 4, "activation", "tanh"),
            of("batch-norm")));
    for (String pooling : List.of("global-max-pool", "global-average-pool")) {
      networks.put("batch-norm behind " + pooling, List.of(of(pooling), of("batch-norm")));
    }
    networks.put("max-pool-1d", List.of(lstm(true), of("max-pool-1d"), of("global-max-pool")));
    networks.put(
        "average-pool-1d that overlaps",
        List.of(
            conv(2, "same"),
            Map.of("type", "average-pool-1d", "size", 3, "stride", 2),
            both(lstm(false), "concat")));
    networks.put(
        "max-pool-1d and conv1d",
        List.of(conv(3, "valid"), of("max-pool-1d"), conv(3, "valid"), of("global-max-pool")));
    networks.put("self-attention", List.of(attention(), of("global-average-pool")));
    networks.put(
        "self-attention between",
        List.of(conv(3, "valid"), attention(), conv(2, "same"), attention(), lstm(false)));
    networks.put(
        "bidirectional, self-attention",
        List.of(both(lstm(true), "concat"), attention(), of("global-max-pool")));
    return networks;
  }

  static InputSpec input(boolean tokens) {
    return tokens ? InputSpec.tokens(VOCABULARY) : InputSpec.sequence(WIDTH);
  }

  /** A network, biases and all at random. */
  static Network network(
      List<Map<String, Object>> layers, boolean tokens, OptimizerSpec optimizer) {
    NativeRuntime.start();
    Network network = configuration(layers, tokens, optimizer).build();
    Nd4j.getRandom().setSeed(11);
    network.params().addi(Nd4j.rand(network.params().shape()).subi(0.5).muli(0.4));
    return network;
  }

  static NetworkConfiguration configuration(
      List<Map<String, Object>> layers, boolean tokens, OptimizerSpec optimizer) {
    List<LayerSpec> specs = new ArrayList<>();
    if (tokens) {
      specs.add(LayerSpec.of(Map.of("type", "embedding", "output-dim", 5)));
    }
    specs.addAll(LayerSpec.listOf(layers));
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

  private static Map<String, Object> of(String type) {
    return Map.of("type", type);
  }

  private static Map<String, Object> lstm(boolean sequences) {
    return Map.of("type", "lstm", "units", 4, "return-sequences", sequences);
  }

  private static Map<String, Object> rnn(boolean sequences) {
    return Map.of("type", "simple-rnn", "units", 4, "return-sequences", sequences);
  }

  private static Map<String, Object> both(Map<String, Object> layer, String merge) {
    return Map.of("type", "bidirectional", "layer", layer, "merge", merge);
  }

  private static Map<String, Object> conv(int kernel, String padding) {
    return Map.of(
        "type", "conv1d", "filters", 5, "kernel", kernel, "padding", padding, "activation", "tanh");
  }

  private static Map<String, Object> attention() {
    return Map.of("type", "self-attention", "units", 4, "heads", 2);
  }

  private static Map<String, Object> with(Map<String, Object> layer, String key, Object value) {
    Map<String, Object> changed = new TreeMap<>(layer);
    changed.put(key, value);
    return changed;
  }
}
