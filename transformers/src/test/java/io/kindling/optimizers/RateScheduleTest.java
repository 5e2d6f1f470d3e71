/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.optimizers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kindling.data.KindlingException;
import io.kindling.optimizers.RateSchedule.Decay;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Rates worked out by hand, of epochs of ten iterations where nothing else is said. */
class RateScheduleTest {
  private static final double EXACT = 1e-12;

  private static RateSchedule of(Decay decay, double epochs, double warmupEpochs) {
    return new RateSchedule(decay, 0.1, epochs, 0.5, 0.02, 2, 0.2, warmupEpochs, 0, 10, 0);
  }

  private static void assertRate(double wanted, RateSchedule schedule, int iteration) {
    // The epoch says nothing once the iterations do.
    assertEquals(wanted, schedule.valueAt(iteration, 99), EXACT, "iteration " + iteration);
  }

  @Test
  void aStepComesAtItsIterationAlsoWithinAnEpoch() {
    RateSchedule steps = of(Decay.STEP, 1.5, 0);
    assertRate(0.1, steps, 0);
    assertRate(0.1, steps, 14);
    assertRate(0.05, steps, 15);
    assertRate(0.05, steps, 29);
    assertRate(0.025, steps, 30);
    // A tenth of an epoch is no exact binary number.
    for (int i = 0; i < 40; i++) {
      assertRate(0.1 * Math.pow(0.5, i), of(Decay.STEP, 0.1, 0), i);
    }
  }

  @Test
  void anExponentialFallsALittleAtEachIteration() {
    RateSchedule falling = of(Decay.EXPONENTIAL, 2, 0);
    assertRate(0.1, falling, 0);
    assertRate(0.1 * Math.sqrt(0.5), falling, 10);
    assertRate(0.05, falling, 20);
    assertRate(0.0125, falling, 60);
  }

  @Test
  void aPolynomialReachesItsEndAndStaysThere() {
    RateSchedule falling = of(Decay.POLYNOMIAL, 4, 0);
    assertRate(0.1, falling, 0);
    assertRate(0.02 + 0.08 * 0.25, falling, 20);
    assertRate(0.02 + 0.08 / 1600, falling, 39);
    assertRate(0.02, falling, 40);
    assertRate(0.02, falling, 1000);
  }

  @Test
  void aCosineReachesAlphaTimesTheRateAndStaysThere() {
    RateSchedule falling = of(Decay.COSINE, 4, 0);
    assertRate(0.1, falling, 0);
    assertRate(0.1 * (0.2 + 0.8 * 0.5), falling, 20);
    assertRate(0.1 * (0.2 + 0.8 * (1 + Math.cos(Math.PI / 4)) / 2), falling, 10);
    assertRate(0.02, falling, 40);
    assertRate(0.02, falling, 1000);
  }

  @Test
  void warmUpRisesByOnePartAnIterationAndTheRestCountsFromItsEnd() {
    RateSchedule warming = of(Decay.STEP, 1, 0.5);
    assertRate(0.02, warming, 0);
    assertRate(0.08, warming, 3);
    assertRate(0.1, warming, 4);
    assertRate(0.1, warming, 14);
    assertRate(0.05, warming, 15);
    RateSchedule sameByIterations =
        new RateSchedule(Decay.STEP, 0.1, 1, 0.5, 0.02, 2, 0.2, 0, 5, 10, 0);
    for (int i = 0; i < 50; i++) {
      assertRate(warming.valueAt(i, 0), sameByIterations, i);
    }
  }

  @Test
  void aTrainingThatGoesOnFromAnotherModelBeginsItsScheduleAnew() {
    RateSchedule first = of(Decay.COSINE, 4, 0.5);
    RateSchedule later = new RateSchedule(Decay.COSINE, 0.1, 4, 0.5, 0.02, 2, 0.2, 0.5, 0, 10, 77);
    for (int i = 0; i < 50; i++) {
      assertRate(first.valueAt(i, 0), later, i + 77);
    }
  }

  @Test
  void withoutANumberOfIterationsTheEpochTells() {
    RateSchedule falling = new RateSchedule(Decay.COSINE, 0.1, 4, 0.5, 0.02, 2, 0.2, 2, 0, 0, 0);
    assertEquals(0.05, falling.valueAt(1234, 0), EXACT);
    assertEquals(0.1, falling.valueAt(1234, 1), EXACT);
    assertEquals(0.1, falling.valueAt(1234, 2), EXACT);
    assertEquals(0.1 * 0.6, falling.valueAt(1234, 4), EXACT);
    assertEquals(0.02, falling.valueAt(1234, 6), EXACT);
  }

  @Test
  void aConfigurationIsToldWhereItsSchedulesAre() {
    RateSchedule unplaced = new RateSchedule(Decay.COSINE, 0.1, 4, 0.5, 0, 1, 0, 0, 39, 0, 0);
    Adam adam = new Adam(0.1);
    adam.setLrAndSchedule(0.1, unplaced);
    String json = json(adam);

    String placed = RateSchedule.placed(json, 4, 10, 7);

    Adam read =
        (Adam)
            ((BaseLayer) MultiLayerConfiguration.fromJson(placed).getConf(0).getLayer())
                .getIUpdater();
    assertEquals(
        new RateSchedule(Decay.COSINE, 0.1, 4, 0.5, 0, 1, 0, 0, 39, 10, 7),
        read.getLearningRateSchedule());
    // And nothing else is another.
    assertEquals(
        json,
        MultiLayerConfiguration.fromJson(placed)
            .toJson()
            .replace("\"iterationsPerEpoch\" : 10", "\"iterationsPerEpoch\" : 0")
            .replace("\"firstIteration\" : 7", "\"firstIteration\" : 0"));
    String without = json(new Sgd(0.1));
    assertSame(without, RateSchedule.placed(without, 4, 10, 7));
    assertEquals(
        "Cannot train: warmupIterations (training.schedule.warmup-iterations) is 39, but a worker has 39 iterations in all; set fewer",
        assertThrows(KindlingException.class, () -> RateSchedule.placed(json, 3, 13, 0))
            .getMessage());
  }

  @Test
  void aScheduleThatEndsWithTheTrainingDoesSoAfterAWarmUpOfIterations() {
    Adam adam = new Adam(0.1);
    RateSchedule toTheEnd = new RateSchedule(Decay.COSINE, 0.1, 0, 1, 0, 1, 0.2, 0, 250, 0, 0);
    assertEquals(0.1, toTheEnd.valueAt(0, 0), EXACT);
    adam.setLrAndSchedule(0.1, toTheEnd);

    String placed = RateSchedule.placed(json(adam), 5, 100, 0);

    RateSchedule schedule =
        (RateSchedule)
            ((Adam)
                    ((BaseLayer) MultiLayerConfiguration.fromJson(placed).getConf(0).getLayer())
                        .getIUpdater())
                .getLearningRateSchedule();
    assertEquals(2.5, schedule.decayEpochs());
    assertRate(0.1, schedule, 249);
    assertRate(0.1 * (0.2 + 0.8 * 0.5), schedule, 375);
    assertRate(0.02, schedule, 500);
  }

  private static String json(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .updater(updater)
        .list()
        .layer(new OutputLayer.Builder().nIn(3).nOut(2).build())
        .build()
        .toJson();
  }
}
