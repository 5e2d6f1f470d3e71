/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.convolutional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.runtime.NativeRuntime;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;

/** Convolutions of few channels against Deeplearning4j's own. */
class PatchConvolutionTest {
  private static final int FILTERS = 30;
  private static final int HEIGHT = 9;
  private static final int WIDTH = 12;

  @BeforeAll
  static void start() {
    NativeRuntime.start();
  }

  /** A layer, and the channels of its images. */
  record Case(String name, int channels, int width, ConvolutionLayer.Builder layer) {
    Case(String name, int channels, ConvolutionLayer.Builder layer) {
      this(name, channels, WIDTH, layer);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> supported() {
    return Stream.of(
        new Case("3x3, no padding", 1, kernel(3, 3)),
        new Case("3x3, three channels", 3, kernel(3, 3)),
        new Case("1x1", 16, kernel(1, 1)),
        new Case("same", 2, kernel(3, 3).convolutionMode(ConvolutionMode.Same)),
        new Case("same, even kernel", 2, kernel(2, 4).convolutionMode(ConvolutionMode.Same)),
        new Case("same, 5x5 down by 2", 1, kernel(5, 5, 2, 2, ConvolutionMode.Same)),
        new Case("same, unequal strides", 1, kernel(3, 5, 2, 3, ConvolutionMode.Same)),
        new Case("strides without padding", 3, kernel(3, 2, 3, 2, ConvolutionMode.Truncate)),
        new Case("stride larger than the kernel", 3, kernel(1, 2, 3, 4, ConvolutionMode.Truncate)),
        new Case("padding of its own", 3, kernel(3, 3).padding(2, 1)),
        new Case("more padding than kernel", 1, kernel(2, 2).padding(4, 3)),
        new Case("as large as the image", 1, kernel(3, WIDTH - 2).padding(0, 0)),
        new Case("narrower than the kernel", 1, 1, kernel(5, 5, 1, 1, ConvolutionMode.Same)),
        new Case("a little narrower", 1, 2, kernel(3, 7, 1, 1, ConvolutionMode.Same)),
        new Case("narrow, with padding", 1, 1, kernel(2, 5).padding(2, 2)),
        new Case("without bias", 3, kernel(3, 3).hasBias(false)),
        new Case("tanh", 3, kernel(3, 3).activation(Activation.TANH)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("supported")
  void outputsAreDeeplearning4jsOwnAndDoNotDependOnOtherImages(Case tried) {
    MultiLayerNetwork plain = network(tried);
    MultiLayerNetwork fast = network(tried);
    assertEquals(1, ConvolutionalAcceleration.installForScoring(fast));
    INDArray images = Nd4j.rand(7, tried.channels(), HEIGHT, tried.width()).subi(0.5);
    assertNear(plain.output(images), fast.output(images));
    // Again, with other parameters and another number of images.
    INDArray params = plain.params().mul(-0.7);
    plain.setParams(params);
    fast.setParams(params);
    INDArray together = fast.feedForward(images, false).get(1);
    assertNear(plain.feedForward(images, false).get(1), together);
    for (int i = 0; i < 7; i++) {
      INDArray alone = images.get(NDArrayIndex.interval(i, i + 1));
      assertArrayEquals(
          together.slice(i).dup('c').data().asFloat(),
          fast.feedForward(alone, false).get(1).dup('c').data().asFloat());
    }
  }

  @Test
  void trainsAsDeeplearning4jDoes() {
    Case tried = new Case("trained", 3, kernel(3, 3));
    MultiLayerNetwork plain = network(tried);
    MultiLayerNetwork fast = network(tried);
    ConvolutionalAcceleration.installForScoring(fast);
    INDArray images = Nd4j.rand(5, 3, HEIGHT, WIDTH);
    INDArray labels = Nd4j.ones(5, 2).muli(0.5);
    for (int step = 0; step < 3; step++) {
      plain.fit(images, labels);
      fast.fit(images, labels);
      fast.output(images);
    }
    assertEquals(plain.params(), fast.params());
  }

  static Stream<Case> unsupported() {
    return Stream.of(
        new Case("dilated", 1, kernel(3, 3).dilation(2, 2)),
        new Case("more values in the kernel than filters", 4, kernel(3, 3)),
        new Case("more than a hundred", 101, kernel(1, 1).nOut(200)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unsupported")
  void whatIsNotFasterStaysAsItIs(Case tried) {
    assertEquals(0, ConvolutionalAcceleration.installForScoring(network(tried)));
  }

  @Test
  void largeImagesAreLeftToDeeplearning4j() {
    Case tried = new Case("large", 1, 30_000, kernel(3, 3));
    MultiLayerNetwork plain = network(tried);
    MultiLayerNetwork fast = network(tried);
    ConvolutionalAcceleration.installForScoring(fast);
    INDArray images = Nd4j.rand(1, 1, HEIGHT, tried.width());
    assertEquals(plain.output(images), fast.output(images));
  }

  @Test
  void channelsLastStaysAsItIs() {
    ConvolutionLayer.Builder layer = kernel(3, 3).dataFormat(CNN2DFormat.NHWC);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(layer.build())
                .setInputType(InputType.convolutional(HEIGHT, WIDTH, 3, CNN2DFormat.NHWC))
                .build());
    network.init();
    assertEquals(0, ConvolutionalAcceleration.installForScoring(network));
  }

  private static void assertNear(INDArray expected, INDArray actual) {
    assertArrayEquals(expected.shape(), actual.shape());
    double difference = expected.sub(actual).amaxNumber().doubleValue();
    assertTrue(difference < 2e-6, "differs by " + difference);
  }

  private static ConvolutionLayer.Builder kernel(int height, int width) {
    return new ConvolutionLayer.Builder(height, width).nOut(FILTERS).activation(Activation.RELU);
  }

  private static ConvolutionLayer.Builder kernel(
      int height, int width, int down, int right, ConvolutionMode mode) {
    return kernel(height, width).stride(down, right).convolutionMode(mode);
  }

  private static MultiLayerNetwork network(Case tried) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(11)
                .updater(new Sgd(0.05))
                .biasInit(0.1)
                .list()
                .layer(tried.layer().build())
                .layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).build())
                .layer(new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(HEIGHT, tried.width(), tried.channels()))
                .build());
    network.init();
    return network;
  }
}
