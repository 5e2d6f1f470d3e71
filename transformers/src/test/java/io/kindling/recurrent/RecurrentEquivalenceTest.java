/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.recurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.input.HostArrays;
import io.kindling.runtime.NativeRuntime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Each fast layer is held against Deeplearning4j's own: outputs in scoring, gradients and
 * parameters in training.
 */
class RecurrentEquivalenceTest {
  private static final double TOLERANCE = 1e-5;
  private static final int INPUTS = 5;

  /** Padding of a minibatch. */
  enum Padding {
    NONE,
    END,
    START,
    HOLES
  }

  @BeforeAll
  static void start() {
    NativeRuntime.start();
  }

  /** Lists of layers over numeric steps, and how many of them are replaced. */
  static Map<String, Layer[]> networks() {
    Map<String, Layer[]> networks = new LinkedHashMap<>();
    networks.put("all steps", new Layer[] {lstm(7), perStep()});
    networks.put("the last step", new Layer[] {new LastTimeStep(lstm(7)), output()});
    networks.put("one unit", new Layer[] {new LastTimeStep(lstm(1)), output()});
    networks.put("more units than inputs", new Layer[] {new LastTimeStep(lstm(33)), output()});
    networks.put("stacked", new Layer[] {lstm(6), lstm(9), new LastTimeStep(lstm(4)), output()});
    networks.put("mean over steps", new Layer[] {lstm(7), pooled(PoolingType.AVG), output()});
    networks.put("maximum over steps", new Layer[] {lstm(7), pooled(PoolingType.MAX), output()});
    for (Bidirectional.Mode mode : Bidirectional.Mode.values()) {
      networks.put(
          "both directions, " + mode,
          new Layer[] {new Bidirectional(mode, lstm(6)), pooled(PoolingType.AVG), output()});
    }
    networks.put(
        "both directions, stacked",
        new Layer[] {
          new Bidirectional(Bidirectional.Mode.CONCAT, lstm(6)),
          new Bidirectional(Bidirectional.Mode.ADD, lstm(5)),
          pooled(PoolingType.MAX),
          output()
        });
    networks.put(
        "both directions, the last step",
        new Layer[] {
          new LastTimeStep(new Bidirectional(Bidirectional.Mode.CONCAT, lstm(6))), output()
        });
    return networks;
  }

  static Stream<String> names() {
    return networks().keySet().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void outputsAndGradientsAreDeeplearning4jsOwn(String name) {
    MultiLayerConfiguration configuration = configuration(networks().get(name));
    boolean bothWays = name.startsWith("both");
    for (Padding padding : Padding.values()) {
      boolean gradients = padding == Padding.NONE || (padding == Padding.END && !bothWays);
      int[][] shapes = {{7, 9}, {1, 4}, {6, 1}, {13, 12}};
      MultiLayerNetwork plain = network(configuration);
      MultiLayerNetwork fast = network(configuration);
      assertTrue(RecurrentAcceleration.install(fast) > 0);
      Random random = new Random(31);
      // The same networks for all shapes: buffers are used again.
      for (int[] shape : shapes) {
        String what = name + ", padding " + padding + ", " + Arrays.toString(shape);
        boolean perStep = configuration.getConf(1).getLayer() instanceof RnnOutputLayer;
        INDArray features = values(random, shape[0], INPUTS, shape[1]);
        INDArray labels = perStep ? labels(random, shape[0], shape[1]) : labels(random, shape[0]);
        INDArray mask = mask(random, padding, shape[0], shape[1]);
        INDArray labelsMask = perStep ? mask : null;
        assertClose(
            what + ": output",
            plain.output(features, false, mask, labelsMask),
            fast.output(features, false, mask, labelsMask));
        for (MultiLayerNetwork network : new MultiLayerNetwork[] {plain, fast}) {
          network.setInput(features);
          network.setLabels(labels);
          network.setLayerMaskArrays(mask, labelsMask);
          network.computeGradientAndScore();
          network.clearLayerMaskArrays();
        }
        assertEquals(plain.score(), fast.score(), TOLERANCE * Math.abs(plain.score()), what);
        if (gradients) {
          assertClose(
              what + ": gradient", plain.getFlattenedGradients(), fast.getFlattenedGradients());
        }
      }
    }
  }

  private static MultiLayerConfiguration configuration(Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(17).updater(new Sgd(0.1)).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    return list.setInputType(InputType.recurrent(INPUTS)).build();
  }

  private static LSTM lstm(int units) {
    return new LSTM.Builder().nOut(units).activation(Activation.TANH).build();
  }

  private static RnnOutputLayer perStep() {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static GlobalPoolingLayer pooled(PoolingType type) {
    return new GlobalPoolingLayer.Builder(type).build();
  }

  private static MultiLayerNetwork network(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration.clone());
    network.init();
    return network;
  }

  private static INDArray values(Random random, int... shape) {
    float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Nd4j.createFromArray(values).reshape('c', Arrays.stream(shape).asLongStream().toArray());
  }

  private static INDArray labels(Random random, int examples) {
    INDArray labels = Nd4j.zeros(examples, 3);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, random.nextInt(3), 1);
    }
    return labels;
  }

  private static INDArray labels(Random random, int examples, int steps) {
    INDArray labels = Nd4j.zeros(examples, 3, steps);
    for (int i = 0; i < examples; i++) {
      for (int step = 0; step < steps; step++) {
        labels.putScalar(i, random.nextInt(3), step, 1);
      }
    }
    return labels;
  }

  /** At least one real step an example; with padding at the end, the last step is nobody's. */
  private static INDArray mask(Random random, Padding padding, int examples, int steps) {
    if (padding == Padding.NONE) {
      return null;
    }
    INDArray mask = Nd4j.zeros(examples, steps);
    for (int i = 0; i < examples; i++) {
      int length = 1 + random.nextInt(Math.max(1, steps - 1));
      int start = random.nextInt(steps);
      for (int step = 0; step < steps; step++) {
        boolean real =
            switch (padding) {
              case NONE -> true;
              case END -> step < length;
              case START -> step >= steps - length;
              case HOLES -> step == start || random.nextInt(3) > 0;
            };
        mask.putScalar(i, step, real ? 1 : 0);
      }
    }
    return mask;
  }

  private static void assertClose(String what, INDArray expected, INDArray actual) {
    float[] wanted = HostArrays.floats(expected.dup('c'));
    float[] given = HostArrays.floats(actual.dup('c'));
    assertEquals(wanted.length, given.length, what);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < wanted.length; i++) {
      largest = Math.max(largest, Math.abs(wanted[i]));
      difference = Math.max(difference, Math.abs(wanted[i] - given[i]));
    }
    assertTrue(
        difference <= TOLERANCE * largest, what + ": differs by " + difference + " of " + largest);
  }
}
