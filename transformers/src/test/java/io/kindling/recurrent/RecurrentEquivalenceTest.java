/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.recurrent;

import static io.kindling.recurrent.RecurrentNetworks.INPUTS;
import static io.kindling.recurrent.RecurrentNetworks.TOLERANCE;
import static io.kindling.recurrent.RecurrentNetworks.assertClose;
import static io.kindling.recurrent.RecurrentNetworks.configuration;
import static io.kindling.recurrent.RecurrentNetworks.gradient;
import static io.kindling.recurrent.RecurrentNetworks.labels;
import static io.kindling.recurrent.RecurrentNetworks.lstm;
import static io.kindling.recurrent.RecurrentNetworks.mask;
import static io.kindling.recurrent.RecurrentNetworks.network;
import static io.kindling.recurrent.RecurrentNetworks.output;
import static io.kindling.recurrent.RecurrentNetworks.perStep;
import static io.kindling.recurrent.RecurrentNetworks.pooled;
import static io.kindling.recurrent.RecurrentNetworks.values;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.input.HostArrays;
import io.kindling.recurrent.RecurrentNetworks.Padding;
import io.kindling.runtime.NativeRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.recurrent.LastTimeStepLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Each fast layer is held against Deeplearning4j's own: outputs in scoring, gradients and
 * parameters in training.
 */
class RecurrentEquivalenceTest {
  private static final int VOCABULARY = 23;

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
    MultiLayerConfiguration configuration = configuration(INPUTS, networks().get(name));
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
        INDArray expected = gradient(plain, features, labels, mask);
        INDArray actual = gradient(fast, features, labels, mask);
        assertEquals(plain.score(), fast.score(), TOLERANCE * Math.abs(plain.score()), what);
        if (gradients) {
          assertClose(what + ": gradient", expected, actual);
        }
      }
    }
  }

  /** Tokens, whose minibatches go through five steps of Adam. */
  @ParameterizedTest
  @EnumSource(Padding.class)
  void wordVectorsLearnAsDeeplearning4jsOwn(Padding padding) {
    MultiLayerConfiguration configuration =
        configuration(VOCABULARY, vectors(6), lstm(8), new LastTimeStep(lstm(7)), output());
    MultiLayerNetwork plain = network(configuration);
    MultiLayerNetwork fast = network(configuration);
    assertEquals(3, RecurrentAcceleration.install(fast));
    RecurrentAcceleration.leaveOutInputGradient(fast);
    Random random = new Random(5);
    for (int step = 0; step < 5; step++) {
      INDArray tokens = tokens(random, 9 - step, 6 + step);
      INDArray mask = mask(random, padding, 9 - step, 6 + step);
      INDArray labels = labels(random, 9 - step);
      assertClose(
          "output",
          plain.output(tokens, false, mask, null),
          fast.output(tokens, false, mask, null));
      if (padding == Padding.NONE || padding == Padding.END) {
        plain.fit(tokens, labels, mask, null);
        fast.fit(tokens, labels, mask, null);
        assertClose("parameters", plain.params(), fast.params(), 1e-4);
      }
    }
  }

  @Test
  void aFirstLayerWithoutInputGradientLearnsAsDeeplearning4jsOwn() {
    for (Layer first : new Layer[] {lstm(8), new LastTimeStep(lstm(8))}) {
      Layer[] layers =
          first instanceof LSTM
              ? new Layer[] {first, pooled(PoolingType.AVG), output()}
              : new Layer[] {first, output()};
      MultiLayerNetwork plain = network(configuration(INPUTS, layers));
      MultiLayerNetwork fast = network(configuration(INPUTS, layers));
      RecurrentAcceleration.install(fast);
      RecurrentAcceleration.leaveOutInputGradient(fast);
      Random random = new Random(6);
      INDArray features = values(random, 4, INPUTS, 6);
      INDArray labels = labels(random, 4);
      assertClose(
          "gradient",
          gradient(plain, features, labels, null),
          gradient(fast, features, labels, null));
    }
  }

  @Test
  void aGraphsOutputsAndGradientsAreDeeplearning4jsOwn() {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .updater(new Adam(0.01))
            .graphBuilder()
            .addInputs("in")
            .addLayer("long", lstm(6), "in")
            .addLayer("short", lstm(4), "in")
            .addVertex("both", new MergeVertex(), "long", "short")
            .addLayer("last", new LastTimeStep(lstm(5)), "both")
            .addLayer("out", output(), "last")
            .setOutputs("out")
            .setInputTypes(InputType.recurrent(INPUTS))
            .build();
    ComputationGraph plain = new ComputationGraph(configuration.clone());
    ComputationGraph fast = new ComputationGraph(configuration.clone());
    plain.init();
    fast.init();
    assertEquals(3, RecurrentAcceleration.install(fast));
    assertSame(fast.getLayer("long"), fast.getLayers()[fast.getLayer("long").getIndex() - 1]);
    Random random = new Random(9);
    for (int step = 0; step < 3; step++) {
      INDArray[] features = {values(random, 6, INPUTS, 8)};
      INDArray[] labels = {labels(random, 6)};
      INDArray[] mask = {mask(random, Padding.END, 6, 8)};
      plain.fit(features, labels, mask, null);
      fast.fit(features, labels, mask, null);
      assertClose("gradient", plain.getFlattenedGradients(), fast.getFlattenedGradients(), 1e-4);
      assertClose(
          "output", plain.outputSingle(false, features), fast.outputSingle(false, features), 1e-4);
    }
  }

  @Test
  void dropoutAndWeightNoiseDrawAsInDeeplearning4jsOwn() {
    LSTM noisy =
        new LSTM.Builder()
            .nOut(7)
            .activation(Activation.TANH)
            .dropOut(0.7)
            .weightNoise(new DropConnect(0.8))
            .build();
    MultiLayerConfiguration configuration =
        configuration(INPUTS, lstm(5), noisy, pooled(PoolingType.AVG), output());
    MultiLayerNetwork plain = network(configuration);
    MultiLayerNetwork fast = network(configuration);
    assertEquals(2, RecurrentAcceleration.install(fast));
    Random random = new Random(4);
    INDArray features = values(random, 6, INPUTS, 8);
    INDArray labels = labels(random, 6);
    Nd4j.getRandom().setSeed(8);
    INDArray expected = gradient(plain, features, labels, null);
    Nd4j.getRandom().setSeed(8);
    assertClose("gradient", expected, gradient(fast, features, labels, null));
  }

  @Test
  void zerosAreMaskedAsInDeeplearning4jsOwn() {
    MultiLayerConfiguration configuration =
        configuration(
            INPUTS,
            new MaskZeroLayer.Builder().setUnderlying(lstm(6)).setMaskValue(0).build(),
            pooled(PoolingType.SUM),
            output());
    MultiLayerNetwork plain = network(configuration);
    MultiLayerNetwork fast = network(configuration);
    assertEquals(1, RecurrentAcceleration.install(fast));
    INDArray features = values(new Random(4), 6, INPUTS, 8);
    features.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(5, 8)).assign(0);
    INDArray labels = labels(new Random(5), 6);
    assertClose("output", plain.output(features), fast.output(features));
    // Deeplearning4j's own lets the gradient of a masked step's output in.
    INDArray real =
        features.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(0, 5)).dup('c');
    assertClose(
        "gradient", gradient(plain, real, labels, null), gradient(fast, features, labels, null));
  }

  /** Every example alone and without padding has, with Deeplearning4j's own layers, the truth. */
  @ParameterizedTest
  @EnumSource(
      value = Padding.class,
      names = {"END", "START"})
  void paddingDoesNotChangeGradients(Padding padding) {
    MultiLayerConfiguration configuration =
        configuration(INPUTS, new LastTimeStep(lstm(6)), output());
    MultiLayerNetwork plain = network(configuration);
    MultiLayerNetwork fast = network(configuration);
    RecurrentAcceleration.install(fast);
    Random random = new Random(12);
    int examples = 7;
    INDArray features = values(random, examples, INPUTS, 9);
    INDArray labels = labels(random, examples);
    INDArray mask = mask(random, padding, examples, 9);
    INDArray sum = Nd4j.zeros(plain.numParams());
    for (int i = 0; i < examples; i++) {
      int length = mask.getRow(i).sumNumber().intValue();
      int start = padding == Padding.END ? 0 : 9 - length;
      INDArray alone =
          features
              .get(
                  NDArrayIndex.interval(i, i + 1),
                  NDArrayIndex.all(),
                  NDArrayIndex.interval(start, start + length))
              .dup('c');
      sum.addi(gradient(plain, alone, labels.getRow(i, true), null).reshape(sum.shape()));
    }
    assertClose("gradient", sum, gradient(fast, features, labels, mask));
  }

  @Test
  void stateFromStepToStepIsDeeplearning4jsOwn() {
    MultiLayerConfiguration configuration = configuration(INPUTS, lstm(6), lstm(4), perStep());
    MultiLayerNetwork plain = network(configuration);
    MultiLayerNetwork fast = network(configuration);
    RecurrentAcceleration.install(fast);
    Random random = new Random(3);
    for (int i = 0; i < 3; i++) {
      INDArray features = values(random, 2, INPUTS, 4);
      assertClose("step " + i, plain.rnnTimeStep(features), fast.rnnTimeStep(features));
    }
  }

  @Test
  void truncatedBackpropagationIsDeeplearning4jsOwn() {
    MultiLayerConfiguration configuration = configuration(INPUTS, lstm(6), perStep());
    configuration.setBackpropType(BackpropType.TruncatedBPTT);
    configuration.setTbpttFwdLength(4);
    configuration.setTbpttBackLength(4);
    MultiLayerNetwork plain = network(configuration);
    MultiLayerNetwork fast = network(configuration);
    RecurrentAcceleration.install(fast);
    Random random = new Random(3);
    INDArray features = values(random, 3, INPUTS, 10);
    INDArray labels = labels(random, 3, 10);
    plain.fit(features, labels);
    fast.fit(features, labels);
    assertClose("parameters", plain.params(), fast.params(), 1e-4);
  }

  @Test
  @SuppressWarnings("deprecation")
  void otherLayersStayAsTheyAre() {
    Layer[] others = {
      new GravesLSTM.Builder().nOut(4).activation(Activation.TANH).build(),
      new LSTM.Builder().nOut(4).activation(Activation.SOFTSIGN).build(),
      new LSTM.Builder()
          .nOut(4)
          .activation(Activation.TANH)
          .gateActivationFunction(Activation.HARDSIGMOID)
          .build()
    };
    for (Layer other : others) {
      MultiLayerNetwork network = network(configuration(INPUTS, other, perStep()));
      assertEquals(0, RecurrentAcceleration.install(network));
      assertFalse(network.getLayer(0) instanceof FusedLstm);
    }
  }

  /** The numerical gradient knows nothing of either implementation. */
  @Test
  void gradientsAreTheSlopesOfTheLoss() {
    for (Padding padding : Padding.values()) {
      MultiLayerNetwork network =
          network(configuration(INPUTS, lstm(3), new LastTimeStep(lstm(2)), output()));
      RecurrentAcceleration.install(network);
      Random random = new Random(2);
      INDArray features = values(random, 3, INPUTS, 4);
      INDArray labels = labels(random, 3);
      INDArray mask = mask(random, padding, 3, 4);
      float[] gradient = HostArrays.floats(gradient(network, features, labels, mask));
      float[] params = HostArrays.floats(network.params());
      double largest = 0;
      for (float slope : gradient) {
        largest = Math.max(largest, Math.abs(slope));
      }
      float step = 1e-2f;
      for (int i = 0; i < params.length; i++) {
        float middle = params[i];
        params[i] = middle + step;
        double above = loss(network, params, features, labels, mask);
        params[i] = middle - step;
        double below = loss(network, params, features, labels, mask);
        params[i] = middle;
        // The loss is a mean, the gradient a sum over three examples.
        double slope = 3 * (above - below) / (2 * step);
        assertEquals(slope, gradient[i], 5e-3 * largest, padding + ", parameter " + i);
      }
    }
  }

  private static double loss(
      MultiLayerNetwork network,
      float[] params,
      INDArray features,
      INDArray labels,
      INDArray mask) {
    HostArrays.copy(params, network.params());
    return network.score(new DataSet(features, labels, mask, null), false);
  }

  @Test
  void whatIsSavedIsAPlainNetwork(@TempDir Path folder) throws IOException {
    MultiLayerNetwork fast =
        network(
            configuration(
                VOCABULARY,
                vectors(6),
                new Bidirectional(Bidirectional.Mode.CONCAT, lstm(5)),
                new LastTimeStep(lstm(4)),
                output()));
    assertEquals(4, RecurrentAcceleration.install(fast));
    Random random = new Random(5);
    INDArray tokens = tokens(random, 6, 7);
    INDArray mask = mask(random, Padding.END, 6, 7);
    fast.fit(tokens, labels(random, 6), mask, null);
    Path file = folder.resolve("network.zip");
    ModelSerializer.writeModel(fast, file.toFile(), true);
    MultiLayerNetwork opened = ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true);
    assertEquals(
        org.deeplearning4j.nn.layers.feedforward.embedding.EmbeddingSequenceLayer.class,
        opened.getLayer(0).getClass());
    assertEquals(LastTimeStepLayer.class, opened.getLayer(2).getClass());
    assertClose(
        "output", opened.output(tokens, false, mask, null), fast.output(tokens, false, mask, null));
  }

  @Test
  void memoryIsGivenBackAndTakenAgain() {
    MultiLayerNetwork fast =
        network(configuration(VOCABULARY, vectors(6), new LastTimeStep(lstm(5)), output()));
    RecurrentAcceleration.install(fast);
    Random random = new Random(5);
    INDArray tokens = tokens(random, 6, 7);
    INDArray labels = labels(random, 6);
    INDArray before = gradient(fast, tokens, labels, null).dup();
    RecurrentAcceleration.release(fast.getLayers());
    assertClose("gradient", before, gradient(fast, tokens, labels, null), 0);
  }

  private static Layer vectors(int width) {
    return new EmbeddingSequenceLayer.Builder().nOut(width).inferInputLength(true).build();
  }

  private static INDArray tokens(Random random, int examples, int steps) {
    INDArray tokens = Nd4j.zeros(examples, 1, steps);
    for (int i = 0; i < tokens.length(); i++) {
      tokens.putScalar(i, random.nextInt(VOCABULARY));
    }
    return tokens;
  }
}
