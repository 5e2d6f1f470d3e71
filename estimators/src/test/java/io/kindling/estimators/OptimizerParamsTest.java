/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.model.EpochSummary;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.network.OptimizerSpec;
import io.kindling.network.ScheduleSpec;
import io.kindling.testkit.LocalSpark;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;

/** Optimizers and schedules by an estimator's params. */
@ExtendWith(LocalSpark.class)
class OptimizerParamsTest {
  private static Dataset<Row> data;

  @BeforeAll
  static void data(SparkSession spark) {
    data = Vectors2d.clouds(spark, 150, 2).cache();
  }

  @AfterAll
  static void forget() {
    data.unpersist();
  }

  private static NetworkClassifier classifier() {
    return new NetworkClassifier()
        .setFeaturesCol("features")
        .setNetwork("mlp")
        .setWorkers(2)
        .setEpochs(3)
        .setBatchSize(8)
        .setAveragingFrequency(3);
  }

  static Stream<String> optimizers() {
    return OptimizerSpec.NAMES.stream();
  }

  static Stream<String> schedules() {
    return ScheduleSpec.NAMES.stream();
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void eachOptimizerTrainsAndIsSaved(String name, @TempDir Path folder) throws Exception {
    // Keras' rate for adadelta is a thousandth of its paper's.
    double rate = name.equals("adadelta") ? 1 : 0.01;
    NetworkClassifier classifier = classifier().setOptimizer(name).setLearningRate(rate);
    switch (name) {
      case "sgd" -> classifier.setMomentum(0.5);
      case "rmsprop" -> classifier.setRho(0.8);
      case "adamw" -> classifier.setWeightDecay(0.1);
      default -> {}
    }
    assertTrainsAndIsSaved(classifier, folder);
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void eachScheduleTrainsAndIsSaved(String name, @TempDir Path folder) throws Exception {
    NetworkClassifier classifier = classifier().setSchedule(name).setWarmupEpochs(0.3);
    if (name.equals("step") || name.equals("exponential")) {
      classifier.setDecayRate(0.5).setDecayEpochs(0.7);
    }
    assertTrainsAndIsSaved(classifier, folder);
  }

  private static void assertTrainsAndIsSaved(NetworkClassifier classifier, Path folder)
      throws Exception {
    String unfitted = folder.resolve("pipeline").toString();
    new Pipeline().setStages(new PipelineStage[] {classifier}).write().save(unfitted);
    PipelineModel model = Pipeline.load(unfitted).fit(data);
    NetworkClassificationModel fitted = (NetworkClassificationModel) model.stages()[0];
    List<EpochSummary> epochs = fitted.summary().history();
    assertTrue(epochs.get(2).loss() < 0.8 * epochs.get(0).loss(), epochs.toString());
    String path = folder.resolve("model").toString();
    model.write().save(path);
    assertEquals(
        model.transform(data).select("origin", "probability").collectAsList(),
        PipelineModel.load(path).transform(data).select("origin", "probability").collectAsList());
    // And another training starts with it, at the start of its schedule.
    NetworkClassificationModel further =
        classifier.setInitialModel(path + "/stages/0_" + fitted.uid()).setEpochs(1).fit(data);
    assertTrue(further.summary().loss() < epochs.get(0).loss());
    assertFalse(Arrays.equals(fitted.artifact().params(), further.artifact().params()));
  }

  /** ND4J's adam would go on at its epsilon of 1e-7, momentum by what it has. */
  @Test
  void aPolynomialThatEndsAtZeroAfterAnEpochEndsTheTrainingThere() {
    UnaryOperator<NetworkClassifier> ending =
        all -> all.setOptimizer("sgd").setSchedule("polynomial").setEndRate(0).setDecayEpochs(1);
    float[] one = ending.apply(classifier()).setEpochs(1).fit(data).artifact().params();
    float[] three = ending.apply(classifier()).fit(data).artifact().params();
    assertArrayEquals(one, three);
  }

  static Stream<Arguments> wrong() {
    String unset = "; unset it, or set optimizer (training.optimizer) to that";
    return Stream.of(
        wrong(
            all -> all.setMomentum(0.9),
            "Cannot use momentum (training.momentum) with adam: it is for sgd only" + unset),
        wrong(
            all -> all.setOptimizer("adamax").setWeightDecay(0.1),
            "Cannot use weightDecay (training.weight-decay) with adamax: it is for adamw only"
                + unset),
        wrong(
            all -> all.setOptimizer("sgd").setRho(0.9),
            "Cannot use rho (training.rho) with sgd: it is for rmsprop and adadelta only" + unset),
        wrong(
            all -> all.setOptimizer("sgd").setNesterov(true),
            "Cannot use nesterov (training.nesterov) without momentum: set momentum"
                + " (training.momentum) above 0"),
        wrong(
            all -> all.setOptimizer("adamw").setL2(0.1),
            "Cannot use l2 (training.l2) with adamw, which shrinks weights by weightDecay"
                + " (training.weight-decay): set one"),
        wrong(
            all -> all.setSchedule("cosine").setPower(2),
            "Cannot use power (training.schedule.power) with cosine: it is for polynomial only;"
                + " unset it, or set schedule (training.schedule.type) to that"),
        wrong(
            all -> all.setSchedule("step"),
            "Cannot use the schedule step without a factor: set decayRate"
                + " (training.schedule.decay-rate), for example to 0.5"),
        wrong(
            all -> all.setWarmupEpochs(1).setWarmupIterations(7),
            "Cannot warm up both by warmupEpochs (training.schedule.warmup-epochs) and by"
                + " warmupIterations (training.schedule.warmup-iterations): set one"),
        wrong(
            all -> all.setWarmupEpochs(3),
            "Cannot warm up for 3.0 epochs (training.schedule.warmup-epochs) in a training of 3"
                + " (training.epochs): set fewer"),
        wrong(
            all -> all.setWarmupIterations(30),
            "Cannot train: warmupIterations (training.schedule.warmup-iterations) is 30, but a"
                + " worker has 30 iterations in all; set fewer"),
        wrong(
            all ->
                all.setSchedule("cosine")
                    .setNetwork(
                        new NeuralNetConfiguration.Builder()
                            .list()
                            .layer(
                                new OutputLayer.Builder()
                                    .nIn(3)
                                    .nOut(2)
                                    .activation(Activation.SOFTMAX)
                                    .build())
                            .build()),
            "Cannot set schedule (training.schedule.type) on a DL4J configuration, which brings its"
                + " own: set it there"),
        wrong(
            all -> all.setEngine("dl4j-spark").setSchedule("cosine"),
            "Cannot train with dl4j-spark: it does not know schedule (training.schedule.type);"
                + " unset it, or set engine to averaging"));
  }

  private static Arguments wrong(UnaryOperator<NetworkClassifier> setting, String message) {
    return Arguments.of(setting, message);
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatWouldBePassedOverIsAnError(UnaryOperator<NetworkClassifier> setting, String message) {
    NetworkClassifier classifier = setting.apply(classifier());
    assertEquals(
        message, assertThrows(KindlingException.class, () -> classifier.fit(data)).getMessage());
  }
}
