/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.convolutional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.runtime.NativeRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Each fast layer is held against Deeplearning4j's own, whose helpers are off: outputs in scoring,
 * gradients of parameters and input, and parameters, running statistics among them, in training.
 */
class ConvolutionalEquivalenceTest {
  private static final String HELPERS_DISABLED = "org.eclipse.deeplearning4j.helpers.disable";
  private static final double TOLERANCE = 1e-5;
  private static final int CLASSES = 5;
  private static final int CHANNELS = 3;
  private static final int[] SIDES = {13, 11};

  @BeforeAll
  static void start() {
    NativeRuntime.start();
  }

  /** Layers over images 13 x 11 of 3 channels. */
  static Map<String, Layer[]> networks() {
    Map<String, Layer[]> networks = new LinkedHashMap<>();
    networks.put("a normalization", new Layer[] {convolution(4), normalization().build()});
    networks.put(
        "a normalization and ReLU",
        new Layer[] {
          convolution(4), normalization().build(), new ActivationLayer(Activation.RELU)
        });
    networks.put(
        "more channels than a block has", new Layer[] {convolution(37), normalization().build()});
    networks.put(
        "planes of one value",
        new Layer[] {convolution(9), pooling(13, 11), normalization().build()});
    networks.put(
        "a variance that is kept itself",
        new Layer[] {
          convolution(4), normalization().useLogStd(false).decay(0.7).eps(0.01).build()
        });
    networks.put(
        "two normalizations",
        new Layer[] {
          convolution(4), normalization().build(), convolution(6), normalization().build()
        });
    networks.put("a normalization first", new Layer[] {normalization().build(), convolution(2)});
    networks.put("ReLU first", new Layer[] {new ActivationLayer(Activation.RELU), convolution(2)});
    return networks;
  }

  static Stream<String> names() {
    return networks().keySet().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void outputsGradientsAndParametersAreDeeplearning4jsOwn(String name) {
    MultiLayerNetwork plain = network(SIDES, networks().get(name), true);
    MultiLayerNetwork fast = network(SIDES, networks().get(name), false);
    assertTrue(ConvolutionalAcceleration.install(fast) > 0);
    Random random = new Random(3);
    // The same networks for all sizes: arrays are used again.
    for (int examples : new int[] {7, 5, 12}) {
      same(name, plain, fast, images(random, examples, SIDES, 0), labels(examples));
    }
  }

  @Test
  void planesLargerThanABlock() {
    int[] sides = {50, 50};
    Layer[] layers = {normalization().build(), convolution(2)};
    MultiLayerNetwork plain = network(sides, layers, true);
    MultiLayerNetwork fast = network(sides, layers, false);
    assertEquals(1, ConvolutionalAcceleration.install(fast));
    same("large planes", plain, fast, images(new Random(3), 4, sides, 2), labels(4));
  }

  @Test
  void aVarianceIsMeasuredWellWhereTheMeanIsAThousandDeviations() {
    MultiLayerNetwork fast =
        network(SIDES, new Layer[] {normalization().useLogStd(false).decay(0).build()}, false);
    assertEquals(1, ConvolutionalAcceleration.install(fast));
    INDArray images = images(new Random(3), 20, SIDES, 1000);
    fast.fit(images, labels(20));
    double[] expected = new double[CHANNELS];
    for (int channel = 0; channel < CHANNELS; channel++) {
      double[] values = images.slice(channel, 1).dup().data().asDouble();
      double mean = Arrays.stream(values).average().orElseThrow();
      for (double value : values) {
        expected[channel] += (value - mean) * (value - mean) / values.length;
      }
    }
    for (int channel = 0; channel < CHANNELS; channel++) {
      assertEquals(expected[channel], fast.getLayer(0).getParam("var").getDouble(channel), 1e-4);
    }
  }

  @Test
  void aGraphWhoseBranchesShareArraysTrainsAsBefore() {
    ComputationGraph plain = graph(true);
    ComputationGraph fast = graph(false);
    assertEquals(4, ConvolutionalAcceleration.install(fast));
    Random random = new Random(3);
    for (int examples : new int[] {7, 5, 12}) {
      INDArray images = images(random, examples, SIDES, 0);
      INDArray labels = labels(examples);
      same(gradient(fast, images, labels), gradient(plain, images, labels), "gradient");
      for (int step = 0; step < 3; step++) {
        plain.fit(new INDArray[] {images}, new INDArray[] {labels});
        fast.fit(new INDArray[] {images}, new INDArray[] {labels});
      }
      same(fast.paramTable(), plain.paramTable(), "parameters");
      same(fast.outputSingle(images), plain.outputSingle(images), "output");
    }
  }

  @Test
  void whatIsNotSupportedStaysAsItIs() {
    MultiLayerNetwork network =
        network(
            SIDES,
            new Layer[] {
              normalization().lockGammaBeta(true).build(),
              new ActivationLayer(Activation.LEAKYRELU),
              new ActivationLayer(Activation.TANH)
            },
            false);
    assertEquals(0, ConvolutionalAcceleration.install(network));
  }

  private static void same(
      String what,
      MultiLayerNetwork plain,
      MultiLayerNetwork fast,
      INDArray images,
      INDArray labels) {
    Pair<Gradient, INDArray> ofPlain = plain.calculateGradients(images, labels, null, null);
    Pair<Gradient, INDArray> ofFast = fast.calculateGradients(images, labels, null, null);
    same(
        ofFast.getFirst().gradientForVariable(),
        ofPlain.getFirst().gradientForVariable(),
        what + ": gradient of ");
    same(ofFast.getSecond(), ofPlain.getSecond(), what + ": gradient of the input");
    for (int step = 0; step < 3; step++) {
      plain.fit(images, labels);
      fast.fit(images, labels);
    }
    same(fast.paramTable(), plain.paramTable(), what + ": after three steps ");
    same(fast.output(images), plain.output(images), what + ": output");
  }

  /** The smallest of them are small because much cancels out; there the norm of all counts. */
  private static void same(Map<String, INDArray> fast, Map<String, INDArray> plain, String what) {
    assertEquals(plain.keySet(), fast.keySet());
    double all =
        Math.sqrt(
            plain.values().stream().mapToDouble(v -> v.mul(v).sumNumber().doubleValue()).sum());
    plain.forEach((key, value) -> same(fast.get(key), value, 0.1 * all, what + key));
  }

  private static void same(INDArray fast, INDArray plain, String what) {
    same(fast, plain, 1e-3, what);
  }

  private static void same(INDArray fast, INDArray plain, double least, String what) {
    double scale = Math.max(least, plain.norm2Number().doubleValue());
    double difference = fast.sub(plain).norm2Number().doubleValue() / scale;
    assertTrue(difference < TOLERANCE, what + " differs by " + difference + " of its norm");
  }

  private static MultiLayerNetwork network(int[] sides, Layer[] layers, boolean plain) {
    List<Layer> all = new ArrayList<>(List.of(layers));
    all.add(new OutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build());
    return built(
        plain,
        () -> {
          MultiLayerNetwork network =
              new MultiLayerNetwork(
                  new NeuralNetConfiguration.Builder()
                      .seed(11)
                      .updater(new Sgd(0.05))
                      .list(all.stream().map(Layer::clone).toArray(Layer[]::new))
                      .setInputType(InputType.convolutional(sides[0], sides[1], CHANNELS))
                      .build());
          network.init();
          return network;
        });
  }

  private static ComputationGraph graph(boolean plain) {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(11)
            .updater(new Sgd(0.05))
            .graphBuilder()
            .addInputs("input")
            .setInputTypes(InputType.convolutional(SIDES[0], SIDES[1], CHANNELS))
            .addLayer("a", convolution(4), "input")
            .addLayer("norm a", normalization().build(), "a")
            .addLayer("relu a", new ActivationLayer(Activation.RELU), "norm a")
            .addLayer("b", convolution(4), "relu a")
            .addLayer("norm b", normalization().build(), "b")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "norm b", "relu a")
            .addLayer("end", new ActivationLayer(Activation.RELU), "sum")
            .addLayer(
                "output",
                new OutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build(),
                "end")
            .setOutputs("output")
            .build();
    return built(
        plain,
        () -> {
          ComputationGraph graph = new ComputationGraph(configuration);
          graph.init();
          return graph;
        });
  }

  private static <N> N built(boolean plain, Supplier<N> network) {
    String before = System.getProperty(HELPERS_DISABLED);
    System.setProperty(HELPERS_DISABLED, Boolean.toString(plain));
    try {
      return network.get();
    } finally {
      System.setProperty(HELPERS_DISABLED, before);
    }
  }

  private static Map<String, INDArray> gradient(
      ComputationGraph graph, INDArray images, INDArray labels) {
    graph.setInputs(images);
    graph.setLabels(labels);
    graph.computeGradientAndScore();
    return graph.gradient().gradientForVariable();
  }

  private static INDArray images(Random random, int examples, int[] sides, double mean) {
    float[] values = new float[examples * CHANNELS * sides[0] * sides[1]];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + random.nextGaussian());
    }
    return Nd4j.createFromArray(values).reshape(examples, CHANNELS, sides[0], sides[1]);
  }

  private static INDArray labels(int examples) {
    INDArray labels = Nd4j.zeros(examples, CLASSES);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, i % CLASSES, 1f);
    }
    return labels;
  }

  private static BatchNormalization.Builder normalization() {
    return new BatchNormalization.Builder();
  }

  /** Without a bias: before a normalization its gradient is nothing but rounding. */
  private static ConvolutionLayer convolution(int filters) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(filters)
        .convolutionMode(ConvolutionMode.Same)
        .hasBias(false)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static SubsamplingLayer pooling(int height, int width) {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.AVG)
        .kernelSize(height, width)
        .stride(height, width)
        .build();
  }
}
