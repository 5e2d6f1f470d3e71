/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.explain.IntegratedGradients.Integral;
import io.kindling.input.HostArrays;
import io.kindling.input.InputSpec;
import io.kindling.model.ClassTarget;
import io.kindling.model.Loss;
import io.kindling.model.Network;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NetworkConfiguration;
import io.kindling.model.NumberTarget;
import io.kindling.network.Layers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.factory.Nd4j;

/** The gradient by a network's input, and what its integral promises. */
class InputGradientsTest {
  private static final int STEPS = 6;

  static Stream<String> names() {
    return ExplainedNetworks.all().keySet().stream();
  }

  /** Without one whose gradient, with weights at random, is too small for floats to show. */
  static Stream<String> namesOfSlopes() {
    return names().filter(name -> !name.equals("mobilenet-small"));
  }

  @ParameterizedTest
  @MethodSource("namesOfSlopes")
  void theGradientIsTheSlopeOfTheScoreInScoring(String name) {
    NetworkArtifact artifact = ExplainedNetworks.all().get(name);
    InputSpec spec = artifact.input();
    Random random = new Random(1);
    int steps = spec.isSequence() ? STEPS : 1;
    boolean kinks = artifact.configuration().matches("(?s).*(ReLU|MAX).*");
    float[] features = ExplainedNetworks.features(spec, steps, random);
    try (InputGradients network = open(artifact)) {
      float[] point = network.point(features, steps);
      double[] outputs = outputs(network, features, steps, point);
      double[] scored = scored(artifact, features, steps);
      for (int i = 0; i < scored.length; i++) {
        assertEquals(scored[i], outputs[i], 1e-5 * Math.max(1, Math.abs(scored[i])));
      }
      Score score = Score.of(artifact.target(), outputs, Score.NONE);
      float[] gradient = network.gradients(features, steps, point, 1, given -> score.gradient(1));
      assertEquals(point.length, gradient.length);
      // The slope along the gradient, and along a random way.
      float[] way2 = new float[point.length];
      for (int i = 0; i < way2.length; i++) {
        way2[i] = (float) random.nextGaussian();
      }
      double largest = 0;
      for (float[] way : List.of(gradient, way2)) {
        double length = Math.sqrt(dot(way, way));
        assertTrue(length > 1e-4, "there is a gradient");
        double expected = dot(gradient, way) / length;
        largest = Math.max(largest, Math.abs(expected));
        assertEquals(
            expected,
            slope(network, score, features, steps, point, way, length, kinks),
            (kinks ? 0.1 : 0.02) * largest,
            "slope");
      }
    }
  }

  private static double slope(
      InputGradients network,
      Score score,
      float[] features,
      int steps,
      float[] point,
      float[] way,
      double length,
      boolean kinks) {
    double size = kinks ? 1e-3 : 5e-3;
    double[] values = new double[2];
    for (int side = 0; side < 2; side++) {
      float[] moved = point.clone();
      for (int i = 0; i < moved.length; i++) {
        moved[i] += (float) ((side == 0 ? size : -size) * way[i] / length);
      }
      values[side] = score.value(outputs(network, features, steps, moved));
    }
    return (values[0] - values[1]) / (2 * size);
  }

  @ParameterizedTest
  @MethodSource("names")
  void attributionsSumUpToTheDifferenceFromTheBaseline(String name) {
    NetworkArtifact artifact = ExplainedNetworks.all().get(name);
    InputSpec spec = artifact.input();
    int steps = spec.isSequence() ? STEPS : 1;
    float[] features = ExplainedNetworks.features(spec, steps, new Random(2));
    try (InputGradients network = open(artifact)) {
      float[] point = network.point(features, steps);
      for (Baseline kind : Baseline.values()) {
        float[] baseline = kind.of(point, network.zero(steps), point.length / network.rows());
        Integral integral =
            new IntegratedGradients(network, artifact.target(), 128)
                .of(features, steps, point, baseline, Score.NONE);
        double difference = integral.value() - integral.atBaseline();
        double sum = Arrays.stream(integral.attributions()).sum();
        double absolute = Arrays.stream(integral.attributions()).map(Math::abs).sum();
        assertTrue(absolute > 1e-3, "there are attributions");
        assertEquals(difference, sum, 0.01 * absolute);
      }
    }
  }

  @Test
  void ofALinearNetworkAnAttributionIsWeightTimesInput() {
    NetworkArtifact artifact = ExplainedNetworks.artifact(InputSpec.vector(5), new ClassTarget(3));
    float[] features = {1f, -2f, 0.5f, 0f, 3f};
    try (InputGradients network = open(artifact)) {
      for (int chosen = 0; chosen < 3; chosen++) {
        Integral integral =
            new IntegratedGradients(network, artifact.target(), 8)
                .of(features, 1, features, new float[5], chosen);
        for (int i = 0; i < features.length; i++) {
          // Deeplearning4j's weights are [inputs, units], the inputs of a unit side by side.
          double weight = artifact.params()[chosen * 5 + i];
          assertEquals(weight * features[i], integral.attributions()[i], 1e-6);
        }
      }
    }
  }

  @Test
  void aRegressionIsExplainedInTheLabelsUnit() {
    NumberTarget target = new NumberTarget(Loss.MSE, 250, 40);
    NetworkArtifact artifact = ExplainedNetworks.artifact(InputSpec.vector(3), target);
    float[] features = {1f, -2f, 0.5f};
    try (InputGradients network = open(artifact)) {
      Integral integral =
          new IntegratedGradients(network, target, 8)
              .of(features, 1, features, new float[3], Score.NONE);
      double output = artifact.params()[3];
      assertEquals(250 + 40 * output, integral.atBaseline(), 1e-4);
      for (int i = 0; i < 3; i++) {
        assertEquals(40 * artifact.params()[i] * features[i], integral.attributions()[i], 1e-4);
        output += artifact.params()[i] * features[i];
      }
      assertEquals(target.decode(output), integral.value(), 1e-4);
    }
  }

  @Test
  void theSecondOfTwoClassesOfOneUnitIsTheFirstTurnedAround() {
    NetworkArtifact artifact = ExplainedNetworks.all().get("one sigmoid");
    float[] features = {1f, -2f, 0.5f, 0f, 3f, 1f};
    try (InputGradients network = open(artifact)) {
      IntegratedGradients gradients = new IntegratedGradients(network, artifact.target(), 32);
      Integral first = gradients.of(features, 1, features, new float[6], 0);
      Integral second = gradients.of(features, 1, features, new float[6], 1);
      assertEquals(-first.value(), second.value(), 1e-9);
      for (int i = 0; i < 6; i++) {
        assertEquals(-first.attributions()[i], second.attributions()[i], 1e-9);
      }
    }
  }

  @Test
  void manyPointsInSeveralPassesGiveWhatOnePassGives() {
    NetworkArtifact artifact = ExplainedNetworks.all().get("text: both ways");
    float[] features = ExplainedNetworks.features(artifact.input(), STEPS, new Random(4));
    try (InputGradients network = open(artifact)) {
      float[] point = network.point(features, STEPS);
      float[] points = new float[3 * point.length];
      for (int i = 0; i < 3; i++) {
        for (int v = 0; v < point.length; v++) {
          points[i * point.length + v] = point[v] * (i + 1) / 3;
        }
      }
      Score score = new Score(0, new double[] {1, 0, 0}, 0);
      float[] together =
          network.gradients(features, STEPS, points, 3, outputs -> score.gradient(3));
      for (int i = 0; i < 3; i++) {
        float[] alone =
            network.gradients(
                features,
                STEPS,
                Arrays.copyOfRange(points, i * point.length, (i + 1) * point.length),
                1,
                outputs -> score.gradient(1));
        assertArrayEquals(
            alone, Arrays.copyOfRange(together, i * point.length, (i + 1) * point.length), 1e-6f);
      }
    }
  }

  @Test
  void aFrozenLayerIsDifferentiatedAsIfItWereNot() {
    NetworkArtifact plain =
        ExplainedNetworks.all().get("convolution, pooling, batch normalization");
    MultiLayerConfiguration frozen = MultiLayerConfiguration.fromJson(plain.configuration());
    for (int layer = 0; layer < 5; layer++) {
      frozen.getConf(layer).setLayer(new FrozenLayer(frozen.getConf(layer).getLayer()));
    }
    NetworkArtifact half =
        new NetworkArtifact(
            frozen.toJson(),
            plain.params(),
            new float[0],
            plain.input(),
            plain.target(),
            plain.labels(),
            0,
            0);
    float[] features = ExplainedNetworks.features(plain.input(), 1, new Random(8));
    try (InputGradients one = open(plain);
        InputGradients other = open(half)) {
      Score score = new Score(1, new double[] {0, 1, 0}, 0);
      assertArrayEquals(
          one.gradients(features, 1, features, 1, outputs -> score.gradient(1)),
          other.gradients(features, 1, features, 1, outputs -> score.gradient(1)));
    }
  }

  @Test
  void tokenIdsThatReachNoEmbeddingAreRefused() {
    NetworkArtifact series = ExplainedNetworks.all().get("series");
    assertEquals(
        "Cannot explain the network: its input reaches the layer 0 (LSTM) as token ids, which have no gradient; only an EmbeddingSequenceLayer that gives [batch, width, steps] may take them",
        assertThrows(
                KindlingException.class,
                () ->
                    InputGradients.check(
                        NetworkConfiguration.parse(series.configuration()), InputSpec.tokens(9)))
            .getMessage());
    NetworkArtifact text = ExplainedNetworks.all().get("text: both ways");
    assertEquals(
        "Cannot explain the network: its input reaches the layer embedding-1 (EmbeddingSequenceLayer) as indices, which have no gradient",
        assertThrows(
                KindlingException.class,
                () ->
                    InputGradients.check(
                        NetworkConfiguration.parse(text.configuration()), InputSpec.sequence(1)))
            .getMessage());
  }

  @Test
  void twoEmbeddingsOfOneTextAreDifferentiatedTogether() {
    NetworkArtifact artifact =
        ExplainedNetworks.artifact(
            InputSpec.tokens(ExplainedNetworks.VOCABULARY),
            new ClassTarget(3),
            Layers.embedding(3).named("small"),
            Layers.lstm(4).named("read"),
            Layers.embedding(5).after("input").named("large"),
            Layers.layer("global-average-pooling1d").named("mean"),
            Layers.concatenate("read", "mean"));
    float[] features = ExplainedNetworks.features(artifact.input(), STEPS, new Random(9));
    try (InputGradients network = open(artifact)) {
      assertEquals(8, network.rows());
      float[] point = network.point(features, STEPS);
      Integral integral =
          new IntegratedGradients(network, artifact.target(), 64)
              .of(features, STEPS, point, new float[point.length], Score.NONE);
      assertEquals(
          integral.value() - integral.atBaseline(),
          Arrays.stream(integral.attributions()).sum(),
          1e-5);
      assertTrue(Arrays.stream(integral.attributions()).allMatch(value -> value != 0));
    }
  }

  private static InputGradients open(NetworkArtifact artifact) {
    return new InputGradients(
        NetworkConfiguration.parse(artifact.configuration()), artifact.params(), artifact.input());
  }

  /** Of a point, as the pass that differentiates sees them. */
  private static double[] outputs(
      InputGradients network, float[] features, int steps, float[] point) {
    List<float[]> seen = new ArrayList<>();
    network.gradients(
        features,
        steps,
        point,
        1,
        outputs -> {
          seen.add(outputs);
          return new float[outputs.length];
        });
    return InputGradients.rows(seen.get(0), 1)[0];
  }

  /** Of the network as it scores. */
  private static double[] scored(NetworkArtifact artifact, float[] features, int steps) {
    try (Network network =
        NetworkConfiguration.parse(artifact.configuration())
            .withoutActivation()
            .build(artifact.params())) {
      float[] outputs =
          HostArrays.floats(
              network
                  .output(
                      Nd4j.createFromArray(features).reshape(artifact.input().shape(1, steps)),
                      null)
                  .dup('c'));
      return InputGradients.rows(outputs, 1)[0];
    }
  }

  private static double dot(float[] first, float[] second) {
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += (double) first[i] * second[i];
    }
    return sum;
  }
}
