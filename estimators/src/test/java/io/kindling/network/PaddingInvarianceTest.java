/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.acceleration.TrainingAcceleration;
import io.kindling.input.HostArrays;
import io.kindling.model.Network;
import io.kindling.model.NetworkZip;
import io.kindling.runtime.NativeRuntime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What padding must never do: change a prediction or a gradient. */
class PaddingInvarianceTest {
  private static final OptimizerSpec UNIT_STEP = new OptimizerSpec("sgd", 1, 0, 0);

  /** Each network, half of them behind an embedding, half behind steps of numbers. */
  static Stream<Arguments> networks() {
    List<String> names = List.copyOf(SequenceNetworks.layers().keySet());
    return IntStream.range(0, names.size()).mapToObj(i -> Arguments.of(names.get(i), i % 2 == 0));
  }

  @ParameterizedTest(name = "{0}, tokens: {1}")
  @MethodSource("networks")
  void aPaddedSequenceGivesWhatItGivesAlone(String name, boolean tokens) {
    Random random = new Random(name.hashCode());
    try (Network network =
        SequenceNetworks.network(SequenceNetworks.layers().get(name), tokens, UNIT_STEP)) {
      TrainingAcceleration.install(network);
      for (int trial = 0; trial < 2; trial++) {
        List<INDArray> sequences = new ArrayList<>();
        for (int i = 0; i < 2 + random.nextInt(5); i++) {
          sequences.add(SequenceNetworks.sequence(tokens, 1 + random.nextInt(12), random));
        }
        Padded padded = Padded.of(sequences, random.nextInt(4), random);
        float[][] together = network.output(padded.features(), padded.mask()).toFloatMatrix();
        for (int i = 0; i < sequences.size(); i++) {
          float[] alone = network.output(sequences.get(i), null).toFloatVector();
          for (int k = 0; k < alone.length; k++) {
            assertEquals(
                alone[k], together[i][k], 1e-6, "sequence %d of trial %d".formatted(i, trial));
          }
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}, tokens: {1}")
  @MethodSource("networks")
  void aMinibatchsGradientIsTheMeanOfItsSequencesGradients(String name, boolean tokens) {
    if (name.endsWith("then more") || name.startsWith("batch-norm")) {
      return; // batch normalization measures by minibatch
    }
    Random random = new Random(name.hashCode() + 1);
    try (Network network =
        SequenceNetworks.network(SequenceNetworks.layers().get(name), tokens, UNIT_STEP)) {
      TrainingAcceleration.install(network);
      List<INDArray> sequences = new ArrayList<>();
      List<INDArray> labels = new ArrayList<>();
      for (int steps : new int[] {9, 1, 4, 2, 7, 12}) {
        sequences.add(SequenceNetworks.sequence(tokens, steps, random));
        labels.add(SequenceNetworks.label(random));
      }
      double[] mean = new double[Math.toIntExact(network.params().length())];
      for (int i = 0; i < sequences.size(); i++) {
        float[] gradient = gradient(network, sequences.get(i), labels.get(i), null);
        for (int k = 0; k < mean.length; k++) {
          mean[k] += gradient[k] / sequences.size();
        }
      }
      Padded padded = Padded.of(sequences, 3, random);
      float[] together =
          gradient(
              network,
              padded.features(),
              Nd4j.vstack(labels.toArray(INDArray[]::new)),
              padded.mask());
      double largest = 0;
      for (int k = 0; k < mean.length; k++) {
        assertEquals(mean[k], together[k], 2e-6, "parameter " + k);
        largest = Math.max(largest, Math.abs(mean[k]));
      }
      assertTrue(largest > 1e-3, "there is a gradient");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"text-lstm", "text-bilstm-attention", "text-cnn", "sequence-lstm"})
  void aNamedNetworkLearnsWithItsDropoutAndKeepsPaddingOut(String name) {
    boolean tokens = !name.startsWith("sequence");
    Random random = new Random(9);
    NativeRuntime.start();
    try (Network network =
        NetworkBuilder.configuration(
                NamedNetworks.layers(name),
                SequenceNetworks.input(tokens),
                Head.classifier(SequenceNetworks.CLASSES),
                new OptimizerSpec("adam", 0.003, 0, 0),
                GradientClipping.NONE,
                3)
            .build()) {
      TrainingAcceleration.install(network);
      List<INDArray> sequences = new ArrayList<>();
      List<INDArray> labels = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        sequences.add(SequenceNetworks.sequence(tokens, 1 + random.nextInt(9), random));
        labels.add(SequenceNetworks.label(random));
      }
      Padded padded = Padded.of(sequences, 2, random);
      INDArray label = Nd4j.vstack(labels.toArray(INDArray[]::new));
      network.fit(padded.features(), label, padded.mask());
      double before = network.score();
      for (int step = 0; step < 25; step++) {
        network.fit(padded.features(), label, padded.mask());
      }
      assertTrue(network.score() < before, "loss %s, then %s".formatted(before, network.score()));
      float[][] together = network.output(padded.features(), padded.mask()).toFloatMatrix();
      for (int i = 0; i < sequences.size(); i++) {
        float[] alone = network.output(sequences.get(i), null).toFloatVector();
        assertArrayEquals(alone, together[i], 1e-6f);
      }
    }
  }

  @ParameterizedTest(name = "{0}, tokens: {1}")
  @MethodSource("networks")
  void aNetworkLearnsAndGivesTheSameWhenSavedAndOpened(String name, boolean tokens)
      throws IOException {
    Random random = new Random(5);
    try (Network network =
        SequenceNetworks.network(
            SequenceNetworks.layers().get(name), tokens, new OptimizerSpec("adam", 0.01, 0, 0))) {
      List<INDArray> sequences = new ArrayList<>();
      List<INDArray> labels = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        sequences.add(SequenceNetworks.sequence(tokens, 2 + random.nextInt(6), random));
        labels.add(SequenceNetworks.label(random));
      }
      Padded padded = Padded.of(sequences, 1, random);
      INDArray label = Nd4j.vstack(labels.toArray(INDArray[]::new));
      network.fit(padded.features(), label, padded.mask());
      double before = network.score();
      for (int step = 0; step < 10; step++) {
        network.fit(padded.features(), label, padded.mask());
      }
      assertTrue(network.score() < before, "loss %s, then %s".formatted(before, network.score()));

      ByteArrayOutputStream zip = new ByteArrayOutputStream();
      network.write(zip, true);
      float[] wanted = HostArrays.floats(network.output(padded.features(), padded.mask()).dup('c'));
      try (Network opened = NetworkZip.read(zip.toByteArray()).build()) {
        float[] found = HostArrays.floats(opened.output(padded.features(), padded.mask()).dup('c'));
        for (int k = 0; k < wanted.length; k++) {
          assertEquals(wanted[k], found[k], 0f);
        }
        opened.fit(padded.features(), label, padded.mask());
      }
    }
  }

  /** What one step of SGD with a learning rate of 1 takes away; the parameters stay. */
  private static float[] gradient(
      Network network, INDArray features, INDArray labels, INDArray mask) {
    float[] before = HostArrays.floats(network.params());
    network.fit(features, labels, mask);
    float[] gradient = HostArrays.floats(network.params());
    HostArrays.copy(before, network.params());
    for (int k = 0; k < gradient.length; k++) {
      gradient[k] = before[k] - gradient[k];
    }
    return gradient;
  }

  /** A minibatch, its padding filled with what must not be looked at. */
  private record Padded(INDArray features, INDArray mask) {
    static Padded of(List<INDArray> sequences, int more, Random random) {
      int room = 0;
      for (INDArray sequence : sequences) {
        room = Math.max(room, Math.toIntExact(sequence.size(2)));
      }
      room += more;
      INDArray features = Nd4j.create(sequences.size(), sequences.get(0).size(1), room);
      INDArray mask = Nd4j.create(sequences.size(), room);
      for (int i = 0; i < sequences.size(); i++) {
        INDArray sequence = sequences.get(i);
        for (int step = 0; step < room; step++) {
          for (int k = 0; k < sequence.size(1); k++) {
            features.putScalar(
                i,
                k,
                step,
                step < sequence.size(2) ? sequence.getDouble(0, k, step) : random.nextInt(9));
          }
          mask.putScalar(i, step, step < sequence.size(2) ? 1 : 0);
        }
      }
      return new Padded(features, mask);
    }
  }
}
