/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.input.HostArrays;
import io.kindling.model.ClassTarget;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import io.kindling.model.ParamSpan;
import io.kindling.testkit.LocalSpark;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;

/** What frozen layers cost in rounds, and that nothing changes them. */
@ExtendWith(LocalSpark.class)
class FrozenParamsTest {
  private static final int WIDTH = TrainingExamples.WIDTH;
  private static final int CLASSES = TrainingExamples.CLASSES;
  private static final int ROWS = 97;
  private static final int EPOCHS = 3;
  private static final OuterOptimizer NESTEROV = new OuterOptimizer(0.7, 0.9);

  private static final int FROZEN = WIDTH * 40 + 40 + 4 * 40;
  private static final int MOVING = 40 * 8 + 8 + 8 * CLASSES + CLASSES;

  @ParameterizedTest
  @EnumSource(Transport.class)
  void roundsMoveWhatTrainsAndNothingElse(Transport transport, SparkSession spark) {
    ReplicaSpec spec = spec(list());
    TrainingState initial = initial(spec);
    assertEquals((FROZEN + MOVING) * Float.BYTES, initial.params().length);
    TrainingResult barrier = train(spark, spec, transport, Averaging.Mode.BARRIER);
    TrainingResult elastic = train(spark, spec, transport, Averaging.Mode.ELASTIC);

    byte[] kept = Arrays.copyOf(initial.params(), FROZEN * Float.BYTES);
    for (TrainingResult result : List.of(barrier, elastic)) {
      byte[] params = result.state().params();
      assertEquals(initial.params().length, params.length);
      assertArrayEquals(kept, Arrays.copyOf(params, kept.length));
      assertFalse(Arrays.equals(initial.params(), params), "the rest was trained");
    }
    assertArrayEquals(elastic.state().params(), barrier.state().params());
    assertArrayEquals(elastic.state().updaterState(), barrier.state().updaterState());
    assertArrayEquals(elastic.state().outerMomentum(), barrier.state().outerMomentum());

    // Adam keeps two values for each parameter; frozen layers have none.
    assertEquals(2 * MOVING * Float.BYTES, initial.updaterState().length);
    int bytes = transport == Transport.FLOAT32 ? 4 : 2;
    long state = 3L * MOVING * bytes;
    long fitted = 2 * EPOCHS * (ROWS / 2 / 8 / 2);
    long rounds = elastic.summary().rounds();
    assertTrue(
        elastic.summary().ledger().sentBytes() <= 2 * rounds * state
            && elastic.summary().ledger().sentBytes() >= fitted * state,
        elastic.summary().ledger().toString());
    // Of two workers each sends half the state to be averaged, and half of the average.
    assertTrue(
        barrier.summary().ledger().sentBytes() <= 2 * rounds * state,
        barrier.summary().ledger().toString());
    assertTrue(barrier.summary().ledger().sentBytes() > 0);
  }

  @Test
  void aNetworkWithoutFrozenLayersMovesAllOfItself(SparkSession spark) {
    ReplicaSpec spec = TrainingExamples.spec("adam", 8, 0.2, 0.05);
    assertNull(
        FrozenParams.of(
            JavaSparkContext.fromSparkContext(spark.sparkContext()),
            spec.configuration(),
            initial(spec)));
  }

  @Test
  void frozenLayersAreFoundWhereverTheyAreInAGraph() {
    String json =
        builder()
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.feedForward(WIDTH))
            .addLayer("last", new DenseLayer.Builder().nOut(7).build(), "first")
            .addLayer("side", new FrozenLayer(new DenseLayer.Builder().nOut(5).build()), "in")
            .addLayer("first", new FrozenLayer(new DenseLayer.Builder().nOut(4).build()), "in")
            .addVertex("both", new MergeVertex(), "last", "side")
            .addLayer("out", output(), "both")
            .setOutputs("out")
            .build()
            .toJson();
    try (Network network = NetworkConfiguration.parse(json).build()) {
      int frozen = 0;
      float[] params = HostArrays.floats(network.params());
      for (ParamSpan span : network.frozen()) {
        frozen += span.to() - span.from();
      }
      assertEquals(WIDTH * 5 + 5 + WIDTH * 4 + 4, frozen);
      for (ParamSpan span : network.frozen()) {
        Arrays.fill(params, span.from(), span.to(), 9f);
      }
      HostArrays.copy(params, network.params());
      for (var layer : network.layers()) {
        boolean kept = List.of("side", "first").contains(layer.conf().getLayer().getLayerName());
        assertEquals(kept, layer.params().minNumber().floatValue() == 9f);
      }
    }
  }

  @Test
  void aFrozenLayerThatAPenaltyShrinksIsNotFrozen() {
    for (double l2 : new double[] {0, 0.1}) {
      String json =
          new NeuralNetConfiguration.Builder()
              .updater(new Nesterovs(0.1, 0.9))
              .l2(l2)
              .list()
              .layer(new DenseLayer.Builder().nOut(4).build())
              .layer(new FrozenLayerWithBackprop(new DenseLayer.Builder().nOut(4).build()))
              .layer(output())
              .setInputType(InputType.feedForward(WIDTH))
              .build()
              .toJson();
      try (Network network = NetworkConfiguration.parse(json).build()) {
        assertEquals(l2 == 0 ? 1 : 0, network.frozen().size());
      }
    }
  }

  private static String list() {
    return builder()
        .list()
        .layer(new FrozenLayer(new DenseLayer.Builder().nOut(40).build()))
        .layer(new FrozenLayer(new BatchNormalization.Builder().build()))
        .layer(new DenseLayer.Builder().nOut(8).dropOut(0.8).build())
        .layer(output())
        .setInputType(InputType.feedForward(WIDTH))
        .build()
        .toJson();
  }

  private static NeuralNetConfiguration.Builder builder() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .updater(new Adam(0.01))
        .l2(1e-3)
        .activation(Activation.TANH);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build();
  }

  private static ReplicaSpec spec(String json) {
    return new ReplicaSpec(
        json,
        TrainingExamples.INPUT,
        new ClassTarget(CLASSES),
        8,
        false,
        null,
        TrainingExamples.SEED);
  }

  private static TrainingState initial(ReplicaSpec spec) {
    try (Replica replica = new Replica(spec)) {
      return replica.state();
    }
  }

  private static TrainingResult train(
      SparkSession spark, ReplicaSpec spec, Transport transport, Averaging.Mode mode) {
    return new AveragingTrainer(
            JavaSparkContext.fromSparkContext(spark.sparkContext()),
            spec,
            EPOCHS,
            new Averaging(2, NESTEROV, transport, mode),
            new TrainingListener() {})
        .train(TrainingExamples.shards(spark, 2, ROWS), initial(spec));
  }
}
