/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static io.kindling.network.Layers.layer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.averaging.Resumption;
import io.kindling.averaging.RoundProgress;
import io.kindling.averaging.TrainingListener;
import io.kindling.data.KindlingException;
import io.kindling.model.EpochSummary;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.model.TrainingSummary;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** A training that was broken off and goes on, against one that was not. */
@ExtendWith(LocalSpark.class)
class ResumeTest {
  private static final int EPOCHS = 4;
  private static Dataset<Row> data;
  private static NetworkClassificationModel uninterrupted;

  @TempDir private Path folder;

  @BeforeAll
  static void train(SparkSession spark) {
    data = Vectors2d.clouds(spark, 121, 2);
    uninterrupted = classifier().fit(data);
    assertEquals(4 * EPOCHS, uninterrupted.summary().rounds());
    assertNull(uninterrupted.summary().resumedFrom());
  }

  /** With four rounds an epoch: in the first, at an edge, in the last. */
  @ParameterizedTest
  @ValueSource(ints = {2, 5, 15})
  void goingOnByRoundsGivesWhatAnUninterruptedTrainingGives(int crash) {
    Listener second = breakOffAndGoOn(classifier().setCheckpointEveryRounds(1), crash);
    // A checkpoint is written after the listener has heard of the round.
    assertEquals((crash - 1) / 4 + 1, second.resumed.epoch());
    assertEquals((crash - 1) % 4 + 1, second.resumed.round());
    assertFalse(second.resumed.finished());
    assertEquals(4 * EPOCHS - (crash - 1), second.rounds);
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 16})
  void goingOnByEpochsGivesWhatAnUninterruptedTrainingGives(int crash) {
    Listener second = breakOffAndGoOn(classifier(), crash);
    assertEquals((crash - 1) / 4 + 1, second.resumed.epoch());
    assertEquals(1, second.resumed.round());
    assertEquals(
        second.resumed.examplesTrained(),
        (second.resumed.epoch() - 1) * uninterrupted.summary().examples());
  }

  @Test
  void whatBreaksOffBeforeTheFirstCheckpointStartsAnew() {
    NetworkClassifier classifier = classifier().setCheckpointDir(folder.toString());
    assertThrows(Broken.class, () -> classifier.setTrainingListener(new Listener(3)).fit(data));
    Listener second = new Listener(0);
    assertSame(uninterrupted, classifier.setTrainingListener(second).fit(data));
    assertNull(second.resumed);
  }

  @Test
  void aFinishedTrainingIsThereAtOnceAndMoreEpochsTrainOn() {
    NetworkClassifier classifier = classifier().setCheckpointDir(folder.toString());
    classifier.setEpochs(2).fit(data);

    Listener again = new Listener(0);
    TrainingSummary summary = classifier.setTrainingListener(again).fit(data).summary();
    assertEquals(0, again.rounds);
    assertTrue(again.resumed.finished());
    assertEquals(2 * summary.examples(), summary.examplesTrained());

    assertSame(uninterrupted, classifier.setEpochs(EPOCHS).fit(data));
    assertEquals(
        "Cannot go on from "
            + folder
            + "/checkpoint-00000004: it is in epoch 4, but training.epochs is 3; set that to at"
            + " least 4, choose another training.checkpoint.dir, or delete this one to start anew",
        assertThrows(KindlingException.class, () -> classifier.setEpochs(3).fit(data))
            .getMessage());
  }

  @Test
  void aDamagedCheckpointIsNotUsedButTheOneBefore() throws IOException {
    NetworkClassifier classifier =
        classifier().setCheckpointDir(folder.toString()).setCheckpointEveryRounds(1);
    assertThrows(Broken.class, () -> classifier.setTrainingListener(new Listener(9)).fit(data));
    Path newest = folder.resolve("checkpoint-00000008");
    Files.write(newest.resolve("params.bin"), new byte[20]);

    Listener second = new Listener(0);
    assertSame(uninterrupted, classifier.setTrainingListener(second).fit(data));
    assertEquals(folder + "/checkpoint-00000007", second.resumed.checkpoint());
    assertEquals(1, second.resumed.damaged().size());
    assertTrue(second.resumed.damaged().get(0).startsWith(newest + " is damaged ("));
  }

  @Test
  void anotherTrainingDoesNotGoOnFromIt(SparkSession spark) {
    classifier().setEpochs(1).setCheckpointDir(folder.toString()).fit(data);
    assertDifference("training.batch-size was 8, is 9", classifier().setBatchSize(9), data);
    assertDifference("training.clip-norm was not set, is 1.0", classifier().setClipNorm(1), data);
    assertDifference(
        "training.optimizer was adam, is sgd; the network was ",
        classifier().setOptimizer("sgd"),
        data);
    assertDifference("training.workers was 2, is 1", classifier().setWorkers(1), data);
    assertDifference(
        "the number of training examples was ", classifier(), Vectors2d.clouds(spark, 122, 2));
    assertDifference(
        "the fingerprint of the rows and their partitions was ",
        classifier(),
        data.withColumn("features", data.col("features")).orderBy("origin").repartition(2));
  }

  private void assertDifference(String told, NetworkClassifier other, Dataset<Row> rows) {
    String message =
        assertThrows(
                KindlingException.class, () -> other.setCheckpointDir(folder.toString()).fit(rows))
            .getMessage();
    String start =
        "Cannot go on from "
            + folder
            + "/checkpoint-00000001, the checkpoint of another training: ";
    assertTrue(message.startsWith(start), message);
    assertTrue(message.contains(told), message);
    assertTrue(
        message.endsWith(
            "; choose another training.checkpoint.dir, or delete this one to start anew"),
        message);
  }

  @Test
  void theErrorOfADivergedTrainingNamesTheLastGoodCheckpoint() {
    String message =
        assertThrows(
                KindlingException.class,
                () ->
                    classifier()
                        .setNetwork(
                            new NeuralNetConfiguration.Builder()
                                .seed(1)
                                .updater(
                                    new Sgd(
                                        new MapSchedule(
                                            ScheduleType.EPOCH, Map.of(0, 0.01, 1, 1e35))))
                                .list()
                                .layer(
                                    new DenseLayer.Builder()
                                        .nIn(3)
                                        .nOut(3)
                                        .activation(Activation.IDENTITY)
                                        .build())
                                .layer(
                                    new OutputLayer.Builder(LossFunction.MCXENT)
                                        .nIn(3)
                                        .nOut(2)
                                        .activation(Activation.SOFTMAX)
                                        .build())
                                .build())
                        .setCheckpointDir(folder.toString())
                        .setCheckpointEveryRounds(1)
                        .fit(data))
            .getMessage();
    assertTrue(message.contains(" in epoch 2, "), message);
    assertTrue(
        message.contains(
            "; a lower learning rate may help; the last good checkpoint is "
                + folder
                + "/checkpoint-0000000"),
        message);
    assertTrue(Files.isDirectory(Path.of(message.substring(message.lastIndexOf(' ') + 1))));
  }

  @Test
  void earlyStoppingGoesOnWithItsBestEpoch() {
    NetworkClassifier classifier =
        classifier().setEpochs(9).setEarlyStoppingPatience(2).setEarlyStoppingMinDelta(1e6);
    NetworkClassificationModel whole = classifier.fit(data);
    assertEquals(3, whole.summary().epochs());
    assertEquals(1, whole.summary().bestEpoch());

    classifier.setCheckpointDir(folder.toString());
    assertThrows(Broken.class, () -> classifier.setTrainingListener(new Listener(10)).fit(data));
    assertSame(whole, classifier.setTrainingListener(new Listener(0)).fit(data));
    // And at its end once more.
    Listener again = new Listener(0);
    assertSame(whole, classifier.setTrainingListener(again).fit(data));
    assertEquals(0, again.rounds);
    assertTrue(again.resumed.finished());
  }

  @Test
  void theOuterOptimizersMomentumGoesOnAndRoundsMayRunInTheOtherWay() {
    NetworkClassifier classifier =
        classifier().setEpochs(2).setOuterOptimizer("nesterov").setTransport("bfloat16");
    NetworkClassificationModel whole = classifier.setRounds("barrier").fit(data);

    classifier.setCheckpointDir(folder.toString()).setCheckpointEveryRounds(1);
    assertThrows(Broken.class, () -> classifier.setTrainingListener(new Listener(4)).fit(data));
    assertTrue(Files.exists(folder.resolve("checkpoint-00000003/outer-momentum.bin")));
    assertSame(
        whole, classifier.setRounds("elastic").setTrainingListener(new Listener(0)).fit(data));
  }

  @Test
  void settingsWithoutAFolderForThemAreRefused() {
    assertEquals(
        "Cannot write checkpoints every 3 rounds (training.checkpoint.every-rounds): there is no"
            + " folder for them; set checkpointDir"
            + " (training.checkpoint.dir)",
        assertThrows(
                KindlingException.class, () -> classifier().setCheckpointEveryRounds(3).fit(data))
            .getMessage());
  }

  @Test
  void aScheduleGoesOnWhereItWasAndItsLengthIsPartOfTheTraining() {
    NetworkClassifier classifier =
        classifier()
            .setEpochs(2)
            .setOptimizer("sgd")
            .setMomentum(0.9)
            .setSchedule("cosine")
            .setWarmupEpochs(0.5);
    NetworkClassificationModel whole = classifier.fit(data);

    classifier.setCheckpointDir(folder.toString()).setCheckpointEveryRounds(1);
    for (int crash : new int[] {3, 4}) {
      assertThrows(
          Broken.class, () -> classifier.setTrainingListener(new Listener(crash)).fit(data));
    }
    assertSame(whole, classifier.setTrainingListener(new Listener(0)).fit(data));
    String message =
        assertThrows(KindlingException.class, () -> classifier.setEpochs(3).fit(data)).getMessage();
    assertTrue(
        message.contains("training.schedule.decay-epochs was 1.5, is 2.5; the network was "),
        message);
  }

  /** Its length in epochs is known only by the iterations of one. */
  @Test
  void theLengthOfAScheduleAfterAWarmUpOfIterationsIsPartOfTheTraining() {
    NetworkClassifier classifier =
        classifier()
            .setEpochs(1)
            .setSchedule("cosine")
            .setWarmupIterations(2)
            .setCheckpointDir(folder.toString());
    classifier.fit(data);
    String message =
        assertThrows(KindlingException.class, () -> classifier.setEpochs(2).fit(data)).getMessage();
    assertTrue(message.contains("training.schedule.decay-epochs was 1.0, is 2.0"), message);
  }

  private Listener breakOffAndGoOn(NetworkClassifier classifier, int crash) {
    classifier.setCheckpointDir(folder.toString());
    assertThrows(Broken.class, () -> classifier.setTrainingListener(new Listener(crash)).fit(data));
    Listener second = new Listener(0);
    NetworkClassificationModel resumed = classifier.setTrainingListener(second).fit(data);
    assertSame(uninterrupted, resumed);
    assertEquals(second.resumed.checkpoint(), resumed.summary().resumedFrom());
    assertEquals(2, checkpoints());
    return second;
  }

  private long checkpoints() {
    try (Stream<Path> found = Files.list(folder)) {
      return found.count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** To the bit, but for the time it took. */
  private static void assertSame(
      NetworkClassificationModel expected, NetworkClassificationModel found) {
    assertArrayEquals(expected.artifact().params(), found.artifact().params());
    assertArrayEquals(expected.artifact().updaterState(), found.artifact().updaterState());
    assertEquals(expected.artifact().iterations(), found.artifact().iterations());
    assertEquals(expected.artifact().epochs(), found.artifact().epochs());
    TrainingSummary one = expected.summary();
    TrainingSummary other = found.summary();
    assertEquals(one.examplesTrained(), other.examplesTrained());
    assertEquals(one.epochs(), other.epochs());
    assertEquals(one.rounds(), other.rounds());
    assertEquals(one.bestEpoch(), other.bestEpoch());
    assertEquals(one.stoppedEarly(), other.stoppedEarly());
    assertEquals(one.loss(), other.loss());
    assertEquals(one.validation(), other.validation());
    assertEquals(measured(one), measured(other));
    double seconds = other.history().stream().mapToDouble(EpochSummary::seconds).sum();
    assertEquals(seconds, other.trainSeconds(), 1e-9);
    assertEquals(one.rounds(), other.ledger().rounds());
  }

  private static List<Object> measured(TrainingSummary summary) {
    List<Object> measured = new ArrayList<>();
    for (EpochSummary epoch : summary.history()) {
      measured.addAll(List.of(epoch.epoch(), epoch.loss(), epoch.validation()));
    }
    return measured;
  }

  private static NetworkClassifier classifier() {
    return new NetworkClassifier()
        .setFeaturesCol("features")
        .setLayers(
            List.of(
                layer("dense").with("units", 6).with("activation", "relu"),
                layer("dropout").with("rate", 0.3)))
        .setEpochs(EPOCHS)
        .setBatchSize(8)
        .setWorkers(2)
        .setAveragingFrequency(2)
        .setValidationFraction(0.2);
  }

  /** Breaks off in some round, counted from 1 over all epochs; 0 for never. */
  private static final class Listener implements TrainingListener {
    private final int crash;
    private int rounds;
    private Resumption resumed;

    Listener(int crash) {
      this.crash = crash;
    }

    @Override
    public void onResume(Resumption resumption) {
      resumed = resumption;
    }

    @Override
    public void onRound(RoundProgress progress) {
      if (++rounds == crash) {
        throw new Broken();
      }
    }
  }

  private static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
