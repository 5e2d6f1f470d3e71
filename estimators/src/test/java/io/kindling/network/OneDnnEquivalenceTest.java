/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import static io.kindling.network.Layers.flatten;
import static io.kindling.network.Layers.layer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.acceleration.TrainingAcceleration;
import io.kindling.input.HostArrays;
import io.kindling.input.InputSpec;
import io.kindling.input.PixelScaling;
import io.kindling.model.Network;
import io.kindling.runtime.NativeRuntime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Deeplearning4j ships with its oneDNN helpers off, for a reason unknown to us. So each kind of
 * layer that we offer is held against the same layer without its helper: outputs in training and
 * scoring, gradients of parameters and of inputs.
 */
class OneDnnEquivalenceTest {
  private static final String HELPERS_DISABLED = "org.eclipse.deeplearning4j.helpers.disable";
  private static final double TOLERANCE = 2e-5;
  private static final int BATCH = 7;
  private static final int CLASSES = 5;
  private static final String RESIDUAL = "a residual block with batch normalization";
  private static final String DROPPED_IN_PART = "a convolution with dropout on one of two ways";

  /** Every layer type, in several shapes, each before a small dense layer. */
  static Map<String, List<LayerSpec>> networks() {
    Map<String, List<LayerSpec>> networks = new LinkedHashMap<>();
    networks.put("conv", List.of(conv(4, 3)));
    networks.put("conv with same padding", List.of(conv(4, 3).with("padding", "same")));
    networks.put("conv with stride", List.of(conv(4, 5).with("strides", 2)));
    networks.put("conv of kernel 2, same padding", List.of(conv(3, 2).with("padding", "same")));
    networks.put("conv with tanh", List.of(conv(4, 3).with("activation", "tanh")));
    networks.put("conv after conv", List.of(conv(32, 3), conv(64, 3)));
    networks.put("max-pool", List.of(conv(4, 3), layer("max-pooling2d").with("pool-size", 2)));
    networks.put(
        "max-pool that overlaps",
        List.of(conv(4, 3), layer("max-pooling2d").with("pool-size", 3).with("strides", 2)));
    networks.put("max-pool first", List.of(layer("max-pooling2d")));
    networks.put("average-pool", List.of(conv(4, 3), layer("average-pooling2d")));
    networks.put("batch-norm", List.of(conv(4, 3), layer("batch-normalization")));
    networks.put(
        "batch-norm after dense",
        List.of(
            flatten(),
            layer("dense").with("units", 9).with("activation", "relu"),
            layer("batch-normalization")));
    networks.put(
        "dense", List.of(flatten(), layer("dense").with("units", 9).with("activation", "relu")));
    for (String type :
        List.of(
            "zero-padding2d",
            "cropping2d",
            "upsampling2d",
            "global-max-pooling2d",
            "global-average-pooling2d")) {
      networks.put(type, List.of(conv(4, 3), layer(type)));
    }
    networks.put(
        "depthwise-conv2d",
        List.of(layer("depthwise-conv2d").with("kernel-size", 3).with("depth-multiplier", 2)));
    networks.put(
        "separable-conv2d",
        List.of(layer("separable-conv2d").with("filters", 4).with("kernel-size", 3)));
    networks.put("conv2d with dilation", List.of(conv(4, 3).with("dilation-rate", 2), conv(4, 3)));
    networks.put(
        "spatial-dropout2d", List.of(conv(4, 3), layer("spatial-dropout2d").with("rate", 0.3)));
    networks.put(
        "reshape",
        List.of(
            conv(4, 3),
            layer("reshape").with("target-shape", List.of(-1, 4)),
            layer("global-average-pooling1d")));
    networks.put("dropout", List.of(conv(4, 3), layer("dropout").with("rate", 0.3)));
    return networks;
  }

  private static List<LayerSpec> beforeOutput(List<LayerSpec> layers) {
    return Stream.concat(layers.stream(), Stream.of(flatten())).toList();
  }

  static Stream<String> names() {
    return networks().keySet().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void aHelperChangesNeitherOutputsNorGradients(String name) {
    NativeRuntime.start();
    MultiLayerConfiguration configuration =
        NetworkBuilder.build(
            beforeOutput(networks().get(name)),
            InputSpec.image(3, 13, 12, PixelScaling.unit(3)),
            CLASSES,
            new OptimizerSpec("sgd", 0.1, 0, 0),
            11);
    MultiLayerNetwork helped = network(configuration, false);
    MultiLayerNetwork plain = network(configuration, true);
    assertEquals(helped.params(), plain.params());
    Nd4j.getRandom().setSeed(5);
    INDArray features = Nd4j.randn(BATCH, 3, 13, 12);
    INDArray labels = Nd4j.zeros(BATCH, CLASSES);
    for (int i = 0; i < BATCH; i++) {
      labels.putScalar(i, i % CLASSES, 1f);
    }
    same(helped.output(features, false), plain.output(features, false), "output");
    same(outputInTraining(helped, features), outputInTraining(plain, features), "training output");
    Pair<Gradient, INDArray> withHelper = gradients(helped, features, labels);
    Pair<Gradient, INDArray> without = gradients(plain, features, labels);
    same(withHelper.getFirst().gradient(), without.getFirst().gradient(), "gradient");
    same(withHelper.getSecond(), without.getSecond(), "gradient of the input");
    MultiLayerNetwork accelerated = network(configuration, false);
    int changed = TrainingAcceleration.install(Network.of(accelerated));
    assertEquals(name.equals("conv after conv") ? 2 : changed, changed);
    for (int step = 0; step < 3; step++) {
      fit(helped, features, labels);
      fit(plain, features, labels);
      fit(accelerated, features, labels);
    }
    same(helped.params(), plain.params(), "parameters after three steps");
    if (name.equals("batch-norm")) {
      // Ours, whose sums are rounded otherwise.
      same(accelerated.params(), helped.params(), "accelerated parameters");
      same(accelerated.output(features, false), helped.output(features, false), "its output");
    } else {
      assertArrayEquals(
          HostArrays.floats(helped.params()), HostArrays.floats(accelerated.params()));
      assertEquals(helped.output(features, false), accelerated.output(features, false));
    }
  }

  /** Graphs whose branches share arrays, each before a small dense layer. */
  static Map<String, UnaryOperator<GraphBuilder>> graphs() {
    Map<String, UnaryOperator<GraphBuilder>> graphs = new LinkedHashMap<>();
    graphs.put(
        "a convolution and what is added to it",
        graph ->
            graph
                .addLayer("a", convolution(Activation.RELU).build(), "input")
                .addLayer("b", convolution(Activation.RELU).build(), "a")
                .addVertex("end", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b"));
    graphs.put(
        "branches that merge",
        graph ->
            graph
                .addLayer("a", convolution(Activation.RELU).build(), "input")
                .addLayer("b", convolution(Activation.IDENTITY).build(), "input")
                .addLayer("c", convolution(Activation.TANH).build(), "a")
                .addVertex("end", new MergeVertex(), "a", "b", "c"));
    graphs.put(
        RESIDUAL,
        graph ->
            graph
                .addLayer("a", convolution(Activation.RELU).build(), "input")
                .addLayer("b", convolution(Activation.IDENTITY).build(), "a")
                .addLayer("norm", new BatchNormalization.Builder().build(), "b")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "norm", "a")
                .addLayer("end", new ActivationLayer(Activation.RELU), "sum"));
    graphs.put(
        DROPPED_IN_PART,
        graph ->
            graph
                .addLayer("a", convolution(Activation.RELU).build(), "input")
                .addLayer("b", convolution(Activation.RELU).build(), "a")
                .addLayer("dropped", new DropoutLayer.Builder(0.5).build(), "a")
                .addVertex("end", new ElementWiseVertex(ElementWiseVertex.Op.Add), "b", "dropped"));
    return graphs;
  }

  static Stream<String> graphNames() {
    return graphs().keySet().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("graphNames")
  void aHelperChangesNeitherOutputsNorGradientsOfAGraph(String name) {
    NativeRuntime.start();
    ComputationGraphConfiguration configuration =
        graphs()
            .get(name)
            .apply(
                new NeuralNetConfiguration.Builder()
                    .seed(11)
                    .updater(new Sgd(0.02))
                    .graphBuilder()
                    .addInputs("input")
                    .setInputTypes(InputType.convolutional(13, 12, 3)))
            .addLayer("dense", new DenseLayer.Builder().nOut(9).build(), "end")
            .addLayer(
                "output",
                new OutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build(),
                "dense")
            .setOutputs("output")
            .build();
    ComputationGraph helped = graph(configuration, false);
    ComputationGraph plain = graph(configuration, true);
    ComputationGraph accelerated = graph(configuration, false);
    // A convolution whose array dropout changes on one way only needs its second forward pass.
    assertEquals(
        name.equals(DROPPED_IN_PART) ? 0 : name.equals(RESIDUAL) ? 4 : 2,
        TrainingAcceleration.install(Network.of(accelerated)));
    Nd4j.getRandom().setSeed(5);
    INDArray features = Nd4j.randn(BATCH, 3, 13, 12);
    INDArray labels = Nd4j.zeros(BATCH, CLASSES);
    for (int i = 0; i < BATCH; i++) {
      labels.putScalar(i, i % CLASSES, 1f);
    }
    same(helped.outputSingle(features), plain.outputSingle(features), "output");
    same(gradient(helped, features, labels), gradient(plain, features, labels), "gradient");
    for (int step = 0; step < 3; step++) {
      fit(helped, features, labels);
      fit(plain, features, labels);
      fit(accelerated, features, labels);
    }
    same(helped.params(), plain.params(), "parameters after three steps");
    if (name.equals(RESIDUAL)) {
      same(accelerated.params(), helped.params(), "accelerated parameters");
      same(accelerated.outputSingle(features), helped.outputSingle(features), "its output");
    } else {
      assertArrayEquals(
          HostArrays.floats(helped.params()), HostArrays.floats(accelerated.params()));
      assertEquals(helped.outputSingle(features), accelerated.outputSingle(features));
    }
  }

  @Test
  void everyLayerTypeThatWeOfferIsCompared() {
    assertEquals(
        new TreeSet<>(LayerTypes.names()),
        Stream.concat(
                Stream.of("embedding"),
                Stream.of(networks(), SequenceNetworks.layers())
                    .flatMap(networks -> networks.values().stream())
                    .flatMap(List::stream)
                    .map(LayerSpec::type))
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  static Stream<String> sequenceNames() {
    return SequenceNetworks.layers().keySet().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sequenceNames")
  void aHelperChangesNeitherOutputsNorParametersOfSequences(String name) {
    NativeRuntime.start();
    List<INDArray> helped = outputAndStep(name, false);
    List<INDArray> plain = outputAndStep(name, true);
    same(helped.get(0), plain.get(0), "output");
    same(helped.get(1), plain.get(1), "parameters after a step");
  }

  /** What a network of sequences gives, and its parameters after one step. */
  private static List<INDArray> outputAndStep(String name, boolean plain) {
    String before = System.getProperty(HELPERS_DISABLED);
    System.setProperty(HELPERS_DISABLED, Boolean.toString(plain));
    try (Network network =
        SequenceNetworks.network(
            SequenceNetworks.layers().get(name), true, new OptimizerSpec("sgd", 1, 0, 0))) {
      Random random = new Random(2);
      INDArray features = SequenceNetworks.sequence(true, 11, random);
      INDArray output = network.output(features, null).dup();
      network.fit(features, SequenceNetworks.label(random), null);
      return List.of(output, network.params().dup());
    } finally {
      System.setProperty(HELPERS_DISABLED, before);
    }
  }

  @Test
  void noiseThatMayTurnASignKeepsAConvolutionAsItIs() {
    NativeRuntime.start();
    MultiLayerConfiguration noisy =
        new NeuralNetConfiguration.Builder()
            .list(
                new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.RELU).build(),
                new DenseLayer.Builder().nOut(4).dropOut(new GaussianNoise(0.5)).build(),
                new OutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build())
            .setInputType(InputType.convolutional(8, 8, 1))
            .build();
    assertEquals(0, TrainingAcceleration.install(Network.of(network(noisy, false))));
  }

  private static MultiLayerNetwork network(MultiLayerConfiguration configuration, boolean plain) {
    String before = System.getProperty(HELPERS_DISABLED);
    System.setProperty(HELPERS_DISABLED, Boolean.toString(plain));
    try {
      MultiLayerNetwork network = new MultiLayerNetwork(configuration.clone());
      network.init();
      boolean anyHelper =
          Stream.of(network.getLayers()).anyMatch(layer -> layer.getHelper() != null);
      assertTrue(!plain || !anyHelper, "a helper is left in the network without helpers");
      return network;
    } finally {
      System.setProperty(HELPERS_DISABLED, before);
    }
  }

  private static ComputationGraph graph(
      ComputationGraphConfiguration configuration, boolean plain) {
    String before = System.getProperty(HELPERS_DISABLED);
    System.setProperty(HELPERS_DISABLED, Boolean.toString(plain));
    try {
      ComputationGraph graph = new ComputationGraph(configuration.clone());
      graph.init();
      assertEquals(
          !plain, Stream.of(graph.getLayers()).anyMatch(layer -> layer.getHelper() != null));
      return graph;
    } finally {
      System.setProperty(HELPERS_DISABLED, before);
    }
  }

  private static ConvolutionLayer.Builder convolution(Activation activation) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(4)
        .convolutionMode(ConvolutionMode.Same)
        .activation(activation);
  }

  private static INDArray gradient(ComputationGraph graph, INDArray features, INDArray labels) {
    Nd4j.getRandom().setSeed(7);
    graph.setInputs(features);
    graph.setLabels(labels);
    graph.computeGradientAndScore();
    return graph.gradient().gradient();
  }

  private static void fit(ComputationGraph graph, INDArray features, INDArray labels) {
    Nd4j.getRandom().setSeed(7);
    graph.fit(new INDArray[] {features}, new INDArray[] {labels});
  }

  private static INDArray outputInTraining(MultiLayerNetwork network, INDArray features) {
    Nd4j.getRandom().setSeed(7);
    return network.output(features, true);
  }

  private static Pair<Gradient, INDArray> gradients(
      MultiLayerNetwork network, INDArray features, INDArray labels) {
    Nd4j.getRandom().setSeed(7);
    return network.calculateGradients(features, labels, null, null);
  }

  private static void fit(MultiLayerNetwork network, INDArray features, INDArray labels) {
    Nd4j.getRandom().setSeed(7);
    network.fit(features, labels);
  }

  private static void same(INDArray helped, INDArray plain, String what) {
    double scale = Math.max(1e-3, plain.norm2Number().doubleValue());
    double difference = helped.sub(plain).norm2Number().doubleValue() / scale;
    assertTrue(difference < TOLERANCE, what + " differs by " + difference + " of its norm");
  }

  private static LayerSpec conv(int filters, int kernel) {
    return layer("conv2d")
        .with("filters", filters)
        .with("kernel-size", kernel)
        .with("activation", "relu");
  }
}
