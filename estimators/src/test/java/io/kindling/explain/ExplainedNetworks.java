/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import static io.kindling.network.Layers.add;
import static io.kindling.network.Layers.batchNormalization;
import static io.kindling.network.Layers.bidirectional;
import static io.kindling.network.Layers.concatenate;
import static io.kindling.network.Layers.conv1d;
import static io.kindling.network.Layers.conv2d;
import static io.kindling.network.Layers.dense;
import static io.kindling.network.Layers.dropout;
import static io.kindling.network.Layers.embedding;
import static io.kindling.network.Layers.flatten;
import static io.kindling.network.Layers.layer;
import static io.kindling.network.Layers.lstm;
import static io.kindling.network.Layers.maxPooling2d;

import io.kindling.input.InputSpec;
import io.kindling.input.PixelScaling;
import io.kindling.model.ClassTarget;
import io.kindling.model.Loss;
import io.kindling.model.Network;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NetworkConfiguration;
import io.kindling.model.NumberTarget;
import io.kindling.model.Target;
import io.kindling.network.GradientClipping;
import io.kindling.network.Head;
import io.kindling.network.LayerSpec;
import io.kindling.network.NamedNetworks;
import io.kindling.network.NetworkBuilder;
import io.kindling.network.OptimizerSpec;
import io.kindling.runtime.NativeRuntime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.nd4j.linalg.factory.Nd4j;

/** Networks of every kind, with parameters at random, to be explained. */
final class ExplainedNetworks {
  static final int VOCABULARY = 30;
  private static final OptimizerSpec OPTIMIZER = new OptimizerSpec("sgd", 0.1, 0, 0);
  private static final InputSpec GREY =
      InputSpec.image(1, 12, 10, new PixelScaling(List.of(0.3), List.of(0.4)));
  private static final InputSpec COLOUR =
      InputSpec.image(3, 16, 16, new PixelScaling(List.of(0.5, 0.4, 0.3), List.of(0.25, 0.2, 0.3)));

  private ExplainedNetworks() {}

  /** By what is special in each. */
  static Map<String, NetworkArtifact> all() {
    ClassTarget three = new ClassTarget(3);
    Map<String, NetworkArtifact> networks = new LinkedHashMap<>();
    LayerSpec tanh = dense(7).with("activation", "tanh");
    put(networks, "dense", InputSpec.vector(6), three, tanh, dropout(0.5), dense(5));
    put(networks, "dense of an image", GREY, three, flatten(), tanh);
    put(
        networks,
        "convolution, pooling, batch normalization",
        GREY,
        three,
        conv2d(4, 3).with("activation", "tanh"),
        batchNormalization(),
        maxPooling2d(2),
        dropout(0.3),
        conv2d(6, 2),
        batchNormalization(),
        layer("activation").with("activation", "relu"),
        flatten(),
        tanh,
        batchNormalization());
    put(
        networks,
        "separable convolutions",
        GREY,
        three,
        conv2d(3, 1),
        layer("separable-conv2d").with("filters", 4).with("kernel-size", 3),
        layer("depthwise-conv2d").with("kernel-size", 3).with("activation", "tanh"),
        flatten());
    put(
        networks,
        "residual",
        COLOUR,
        three,
        conv2d(4, 3).with("padding", "same").named("a"),
        batchNormalization().named("b"),
        conv2d(4, 3).with("padding", "same").with("activation", "tanh").named("c"),
        add("b", "c"),
        layer("global-average-pooling2d"));
    put(
        networks,
        "two branches from the input",
        COLOUR,
        three,
        conv2d(3, 3).with("activation", "tanh").with("padding", "same").named("a"),
        conv2d(2, 5).with("activation", "tanh").with("padding", "same").after("input").named("b"),
        concatenate("a", "b"),
        layer("average-pooling2d"),
        flatten());
    put(
        networks,
        "regression",
        InputSpec.vector(6),
        new NumberTarget(Loss.MSE, 250, 40),
        tanh,
        dense(5).with("activation", "tanh"));
    put(
        networks,
        "one sigmoid",
        InputSpec.vector(6),
        new ClassTarget(2, Loss.BINARY_CROSSENTROPY),
        tanh);
    put(networks, "hinge", InputSpec.vector(6), new ClassTarget(3, Loss.HINGE), tanh);
    put(
        networks,
        "text: both ways",
        InputSpec.tokens(VOCABULARY),
        three,
        embedding(6),
        layer("spatial-dropout1d").with("rate", 0.4),
        bidirectional(lstm(5).with("return-sequences", true)),
        bidirectional(lstm(4)),
        dropout(0.5));
    put(
        networks,
        "text: attention",
        InputSpec.tokens(VOCABULARY),
        three,
        embedding(6),
        layer("self-attention").with("units", 4).with("heads", 2),
        layer("global-average-pooling1d"));
    put(
        networks,
        "text: two branches from one embedding",
        InputSpec.tokens(VOCABULARY),
        three,
        embedding(6).named("words"),
        conv1d(4, 2).with("activation", "tanh").with("padding", "same").named("two"),
        layer("global-max-pooling1d").named("most"),
        conv1d(4, 3)
            .with("activation", "tanh")
            .with("padding", "same")
            .after("words")
            .named("three"),
        layer("global-average-pooling1d").named("mean"),
        concatenate("most", "mean"));
    put(
        networks,
        "series",
        InputSpec.sequence(3),
        three,
        lstm(5).with("return-sequences", true),
        lstm(4));
    put(
        networks,
        "series regression",
        InputSpec.sequence(3),
        new NumberTarget(Loss.MAE, -3, 0.5),
        bidirectional(lstm(4)));
    for (String name : NamedNetworks.names()) {
      InputSpec input =
          name.startsWith("text")
              ? InputSpec.tokens(VOCABULARY)
              : name.startsWith("sequence") ? InputSpec.sequence(3) : named(name);
      put(networks, name, input, three, NamedNetworks.layers(name).toArray(LayerSpec[]::new));
    }
    return networks;
  }

  private static InputSpec named(String name) {
    return name.equals("lenet") || name.equals("mlp")
        ? InputSpec.image(1, 28, 28, PixelScaling.unit(1))
        : InputSpec.image(3, 32, 32, PixelScaling.unit(3));
  }

  private static void put(
      Map<String, NetworkArtifact> networks,
      String name,
      InputSpec input,
      Target target,
      LayerSpec... layers) {
    networks.put(name, artifact(input, target, layers));
  }

  /** A network of layers with random parameters, biases and running means among them. */
  static NetworkArtifact artifact(InputSpec input, Target target, LayerSpec... layers) {
    NativeRuntime.start();
    NetworkConfiguration configuration =
        NetworkBuilder.configuration(
            new ArrayList<>(List.of(layers)),
            input,
            Head.of(target),
            OPTIMIZER,
            GradientClipping.NONE,
            5);
    try (Network network = configuration.build()) {
      Nd4j.getRandom().setSeed(3);
      network.params().addi(Nd4j.rand(network.params().shape()).subi(0.5).muli(0.2));
      return new NetworkArtifact(
          configuration.toJson(),
          network.params().toFloatVector(),
          new float[0],
          input,
          target,
          target instanceof ClassTarget classes
              ? IntStream.range(0, classes.classes()).mapToObj(i -> "class " + i).toList()
              : List.of(),
          0,
          0);
    }
  }

  /** An example's floats, as the network takes them. */
  static float[] features(InputSpec spec, int steps, Random random) {
    float[] features = new float[spec.values() * steps];
    for (int i = 0; i < features.length; i++) {
      features[i] =
          spec.kind() == InputSpec.Kind.TOKENS
              ? 1 + random.nextInt(VOCABULARY - 1)
              : (float) random.nextGaussian();
    }
    return features;
  }
}
