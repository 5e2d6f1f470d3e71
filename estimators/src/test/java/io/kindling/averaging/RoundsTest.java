/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.input.HostArrays;
import io.kindling.model.RoundLedger;
import io.kindling.testkit.LocalSpark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.util.RpcUtils$;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import scala.collection.JavaConverters;
import scala.concurrent.Await;
import scala.concurrent.Future;
import scala.concurrent.duration.Duration;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/** The two ways to run rounds, and what may become of an average. */
@ExtendWith(LocalSpark.class)
class RoundsTest {
  private static final int EPOCHS = 3;
  private static final OuterOptimizer NESTEROV = new OuterOptimizer(0.7, 0.9);

  @ParameterizedTest
  @EnumSource(Transport.class)
  void aBarrierStageOfManyRoundsGivesWhatOneJobARoundGives(
      Transport transport, SparkSession spark) {
    // One worker has a minibatch more than the other, and a round of its own.
    TrainingResult barrier =
        train(spark, 97, new Averaging(2, NESTEROV, transport, Averaging.Mode.BARRIER));
    TrainingResult elastic =
        train(spark, 97, new Averaging(2, NESTEROV, transport, Averaging.Mode.ELASTIC));
    assertArrayEquals(elastic.state().params(), barrier.state().params());
    assertArrayEquals(elastic.state().updaterState(), barrier.state().updaterState());
    assertArrayEquals(elastic.state().outerMomentum(), barrier.state().outerMomentum());
    assertEquals(elastic.state().iterations(), barrier.state().iterations());
    assertEquals(elastic.summary().loss(), barrier.summary().loss());
    assertEquals(97 * EPOCHS, barrier.summary().examplesTrained());
  }

  @Test
  void aRoundCutIntoManySlicesGivesWhatOneSliceGives() {
    TrainingState base = TrainingExamples.randomState(1001, 2002, 1);
    TrainingState first = TrainingExamples.randomState(1001, 2002, 2);
    TrainingState second = TrainingExamples.randomState(1001, 2002, 3);
    for (Transport transport : Transport.values()) {
      Averaging averaging = new Averaging(1, NESTEROV, transport, Averaging.Mode.AUTO);
      TrainingState whole = mean(averaging, base.withOuterMomentum(), first, second, 1);
      TrainingState cut = mean(averaging, base.withOuterMomentum(), first, second, 7);
      assertArrayEquals(whole.params(), cut.params());
      assertArrayEquals(whole.updaterState(), cut.updaterState());
      assertArrayEquals(whole.outerMomentum(), cut.outerMomentum());
    }
  }

  @Test
  void theAverageWeighsReplicasByTheirExamples() {
    TrainingState base = state(0f, 0f);
    SliceAverage.Mean mean =
        new SliceAverage(Averaging.every(1))
            .of(
                base,
                List.of(
                    new SliceAverage.Part(Transport.FLOAT32.encode(state(1f, 4f), base), 30),
                    new SliceAverage.Part(Transport.FLOAT32.encode(state(5f, 8f), base), 10)),
                3);
    assertArrayEquals(new float[] {2f}, HostArrays.toFloats(mean.state().params()));
    assertArrayEquals(new float[] {5f}, HostArrays.toFloats(mean.state().updaterState()));
    assertEquals(3, mean.state().iterations());
  }

  @Test
  void nesterovsOuterStepIsThatOfPyTorchsSgd() {
    // torch.optim.SGD(lr=0.7, momentum=0.9, nesterov=True) with gradients -change.
    SliceAverage average =
        new SliceAverage(new Averaging(1, NESTEROV, Transport.FLOAT32, Averaging.Mode.AUTO));
    TrainingState state = state(1f, 0f).withOuterMomentum();
    double value = 1;
    double momentum = 0;
    for (double change : new double[] {0.5, -0.25, 0.125}) {
      TrainingState end = state((float) (value + change), 0f);
      state =
          average
              .of(state, List.of(new SliceAverage.Part(Transport.FLOAT32.encode(end, state), 1)), 1)
              .state();
      momentum = 0.9 * momentum + change;
      value += 0.7 * (change + 0.9 * momentum);
      assertEquals(value, HostArrays.toFloats(state.params())[0], 1e-6);
      assertEquals(momentum, HostArrays.toFloats(state.outerMomentum())[0], 1e-6);
    }
  }

  @Test
  void halfPrecisionKeepsAChangeToOnePartIn256() {
    TrainingState base = TrainingExamples.randomState(500, 0, 4);
    TrainingState end = TrainingExamples.randomState(500, 0, 5);
    byte[] encoded = Transport.BFLOAT16.encode(end, base);
    assertEquals(500 * 2, encoded.length);
    float[] before = HostArrays.toFloats(base.params());
    float[] wanted = HostArrays.toFloats(end.params());
    float[] found = HostArrays.toFloats(Transport.BFLOAT16.decode(encoded, base).params());
    for (int i = 0; i < wanted.length; i++) {
      assertEquals(wanted[i], found[i], Math.abs(wanted[i] - before[i]) / 256 + 1e-6);
    }
    assertFalse(Arrays.equals(wanted, found), "half of the bits are gone");
  }

  @Test
  void halfPrecisionMakesNoMeanOfSquaresNegative() {
    TrainingState base =
        new TrainingState(new byte[0], HostArrays.toBytes(new float[] {1.004f, 3f}), 0);
    TrainingState end =
        new TrainingState(new byte[0], HostArrays.toBytes(new float[] {1e-9f, 0f}), 0);
    byte[] encoded = Transport.BFLOAT16.encode(end, base);
    for (float value :
        HostArrays.toFloats(Transport.BFLOAT16.decode(encoded, base).updaterState())) {
      assertTrue(value >= 0 && value < 0.02, Float.toString(value));
    }
  }

  @Test
  void workersOfAStageThatIsOverDoNotWaitForTheOthers(SparkSession spark) throws Exception {
    try (Rendezvous rendezvous = new Rendezvous(2)) {
      long stage = spark.sparkContext().startTime();
      rendezvous.begin(stage);
      Future<String[]> waiting =
          RpcUtils$.MODULE$
              .makeDriverRef(rendezvous.name(), SparkEnv.get().conf(), SparkEnv.get().rpcEnv())
              .ask(
                  String.join(Rendezvous.SEPARATOR, Long.toString(stage), "0.0", "0", "0", "here"),
                  ClassTag$.MODULE$.apply(String[].class));
      Thread.sleep(200);
      assertFalse(waiting.isCompleted());
      rendezvous.end();
      Exception over =
          assertThrows(
              Exception.class, () -> Await.result(waiting, Duration.apply(10, TimeUnit.SECONDS)));
      assertEquals("the stage is over", over.getMessage());
    }
  }

  @Test
  void aLossThatIsNoNumberStopsTheTrainingInEitherWayAndNamesWhere(SparkSession spark) {
    for (Averaging.Mode mode : List.of(Averaging.Mode.BARRIER, Averaging.Mode.ELASTIC)) {
      Averaging averaging = new Averaging(2, OuterOptimizer.AVERAGE, Transport.FLOAT32, mode);
      ReplicaSpec wild = TrainingExamples.spec("sgd", 8, 0, 1e30);
      KindlingException stopped =
          assertThrows(KindlingException.class, () -> train(spark, wild, 97, averaging, EPOCHS));
      assertTrue(
          stopped
              .getMessage()
              .matches(
                  "Cannot train on: (the loss of worker [01] became (NaN|Infinity) in epoch 1, round \\d;"
                      + "|a parameter became \\S+ in epoch 1, by round \\d;)"
                      + " a lower learning rate may help"),
          stopped.getMessage());
    }
  }

  @Test
  void theLedgerOfAnEpochExplainsItsTime(SparkSession spark) {
    for (Averaging.Mode mode : List.of(Averaging.Mode.BARRIER, Averaging.Mode.ELASTIC)) {
      TrainingResult result =
          train(spark, 400, new Averaging(2, OuterOptimizer.AVERAGE, Transport.FLOAT32, mode));
      RoundLedger ledger = result.summary().ledger();
      assertEquals(result.summary().rounds(), ledger.rounds());
      assertEquals(result.summary().trainSeconds(), ledger.total());
      assertTrue(ledger.fit() > 0 && ledger.fit() < ledger.total(), ledger.toString());
      assertTrue(ledger.accounted() > 0.95 && ledger.accounted() < 1.0001, ledger.toString());
    }
  }

  @Test
  void nothingStaysBehindOnTheExecutors(SparkSession spark) throws Exception {
    train(spark, 97, new Averaging(1, NESTEROV, Transport.FLOAT32, Averaging.Mode.BARRIER));
    assertEquals(0, spark.sparkContext().getPersistentRDDs().size());
    BlockManager blocks = SparkEnv.get().blockManager();
    List<String> exchanged = new ArrayList<>();
    // The blocks of a destroyed broadcast go a moment later.
    for (int tries = 0; tries < 100; tries++) {
      exchanged.clear();
      for (BlockId block : JavaConverters.seqAsJavaList(blocks.getMatchingBlockIds(ANY).toSeq())) {
        if (block.name().contains("_ends_") || block.name().contains("_mean_")) {
          exchanged.add(block.name());
        }
      }
      if (exchanged.isEmpty()) {
        return;
      }
      Thread.sleep(50);
    }
    assertEquals(List.of(), exchanged);
  }

  private static final AbstractFunction1<BlockId, Object> ANY =
      new AbstractFunction1<>() {
        @Override
        public Object apply(BlockId block) {
          return true;
        }
      };

  private static TrainingState mean(
      Averaging averaging,
      TrainingState base,
      TrainingState first,
      TrainingState second,
      int slices) {
    List<TrainingState> means = new ArrayList<>();
    for (int i = 0; i < slices; i++) {
      TrainingState at = base.slice(i, slices);
      means.add(
          new SliceAverage(averaging)
              .of(
                  at,
                  List.of(
                      new SliceAverage.Part(
                          averaging.transport().encode(first.slice(i, slices), at), 3),
                      new SliceAverage.Part(
                          averaging.transport().encode(second.slice(i, slices), at), 4)),
                  1)
              .state());
    }
    return TrainingState.join(means);
  }

  private static TrainingState state(float param, float updater) {
    return new TrainingState(
        HostArrays.toBytes(new float[] {param}), HostArrays.toBytes(new float[] {updater}), 0);
  }

  private static TrainingResult train(SparkSession spark, int rows, Averaging averaging) {
    return train(spark, TrainingExamples.spec("adam", 8, 0.2, 0.05), rows, averaging, EPOCHS);
  }

  private static TrainingResult train(
      SparkSession spark, ReplicaSpec spec, int rows, Averaging averaging, int epochs) {
    try (Replica replica = new Replica(spec)) {
      return new AveragingTrainer(
              JavaSparkContext.fromSparkContext(spark.sparkContext()),
              spec,
              epochs,
              averaging,
              new TrainingListener() {})
          .train(TrainingExamples.shards(spark, 2, rows), replica.state());
    }
  }
}
