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
import io.kindling.model.TrainingSummary;
import io.kindling.testkit.LocalSpark;
import java.util.Comparator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LocalSpark.class)
class EarlyStoppingTest {
  private static Dataset<Row> data;

  @BeforeAll
  static void points(SparkSession spark) {
    data = Vectors2d.clouds(spark, 100, 2);
  }

  @Test
  void stopsWhenPatienceIsOverAndKeepsTheBestEpoch() {
    NetworkClassificationModel stopped =
        classifier().setEarlyStoppingPatience(2).setEarlyStoppingMinDelta(1e6).fit(data);
    TrainingSummary summary = stopped.summary();
    assertEquals(3, summary.epochs());
    assertEquals(3, summary.history().size());
    assertEquals(3 * summary.examples(), summary.examplesTrained());
    assertEquals(1, summary.bestEpoch());
    assertTrue(summary.stoppedEarly());
    assertEquals(summary.history().get(0).loss(), summary.loss());
    assertEquals(summary.history().get(0).validation(), summary.validation());

    NetworkClassificationModel one = classifier().setEpochs(1).fit(data);
    assertArrayEquals(one.artifact().params(), stopped.artifact().params());
    assertArrayEquals(one.artifact().updaterState(), stopped.artifact().updaterState());
    assertEquals(one.artifact().iterations(), stopped.artifact().iterations());
    assertEquals(1, stopped.artifact().epochs());
  }

  @Test
  void aLargerAccuracyIsTheBetterOne() {
    TrainingSummary summary =
        classifier()
            .setEpochs(40)
            .setEarlyStoppingPatience(3)
            .setEarlyStoppingMetric("accuracy")
            .fit(data)
            .summary();
    double best =
        summary.history().stream()
            .mapToDouble(epoch -> epoch.validation().get("accuracy"))
            .max()
            .orElseThrow();
    assertEquals(best, summary.validation().get("accuracy"));
    assertTrue(summary.stoppedEarly(), summary.toString());
    assertEquals(summary.bestEpoch() + 3, summary.epochs());
  }

  @Test
  void theBestEpochIsKeptAlsoWhereAllRan() {
    // So fast that later epochs are worse.
    TrainingSummary summary =
        classifier().setLearningRate(2).setEarlyStoppingPatience(100).fit(data).summary();
    EpochSummary best =
        summary.history().stream()
            .min(Comparator.comparingDouble(epoch -> epoch.validation().get("loss")))
            .orElseThrow();
    assertEquals(best.epoch(), summary.bestEpoch());
    assertEquals(6, summary.epochs());
    assertFalse(summary.stoppedEarly());
  }

  @Test
  void withoutValidationRowsTheTrainingLossTells() {
    TrainingSummary summary =
        classifier()
            .setValidationFraction(0)
            .setEarlyStoppingPatience(1)
            .setEarlyStoppingMinDelta(1e6)
            .fit(data)
            .summary();
    assertEquals(2, summary.epochs());
  }

  @Test
  void aMetricThatNothingMeasuresIsRefusedBeforeTheTraining() {
    String refusal =
        "Cannot stop early by f1 (training.early-stopping.metric): there are no validation rows to"
            + " measure it on; set training.validation-share, or use loss, which is then that of"
            + " training";
    NetworkClassifier classifier =
        classifier()
            .setValidationFraction(0)
            .setEarlyStoppingPatience(1)
            .setEarlyStoppingMetric("f1");
    assertEquals(
        refusal,
        assertThrows(KindlingException.class, () -> classifier.transformSchema(data.schema()))
            .getMessage());
    // An indicator that is never true is seen once the rows are.
    assertEquals(
        refusal,
        assertThrows(
                KindlingException.class,
                () ->
                    classifier
                        .setValidationIndicatorCol("held")
                        .fit(data.selectExpr("*", "false AS held")))
            .getMessage());
  }

  @Test
  void settingsThatNothingHeedsAreRefused() {
    assertUnheeded(
        "earlyStoppingMetric (training.early-stopping.metric) while earlyStoppingPatience"
            + " (training.early-stopping.patience) is 0: set that to 1 or more",
        classifier().setEarlyStoppingMetric("f1"));
    assertUnheeded(
        "earlyStoppingMinDelta (training.early-stopping.min-delta) while earlyStoppingPatience"
            + " (training.early-stopping.patience) is 0: set that to 1 or more",
        classifier().setEarlyStoppingMinDelta(0.1));
    assertUnheeded(
        "outerLearningRate (training.outer-learning-rate) while outerOptimizer"
            + " (training.outer-optimizer) is average: set that to nesterov",
        classifier().setOuterLearningRate(0.5));
    assertUnheeded(
        "outerMomentum (training.outer-momentum) while outerOptimizer (training.outer-optimizer) is"
            + " average: set that to nesterov",
        classifier().setOuterMomentum(0.8));
    // As jobs do, which set what reference.conf says.
    classifier().setOuterMomentum(0.5).setEarlyStoppingMinDelta(0).checkTogether();
    classifier().setOuterOptimizer("nesterov").setOuterMomentum(0.8).checkTogether();
  }

  private static void assertUnheeded(String what, NetworkClassifier classifier) {
    assertEquals(
        "Cannot use " + what + ", or unset the first",
        assertThrows(KindlingException.class, () -> classifier.transformSchema(data.schema()))
            .getMessage());
  }

  private static NetworkClassifier classifier() {
    return new NetworkClassifier()
        .setFeaturesCol("features")
        .setNetwork("[{\"dense\": {\"units\": 4, \"activation\": \"relu\"}}]")
        .setEpochs(6)
        .setWorkers(2)
        .setBatchSize(8)
        .setValidationFraction(0.3);
  }

  /** Which rows are for validation only fit needs to know. */
  @Test
  void anEstimatorWithoutValidationRowsYetIsDescribed() {
    NetworkClassifier early =
        classifier().setEarlyStoppingPatience(1).setEarlyStoppingMetric("accuracy");
    early.clear(early.validationIndicatorCol());
    early.setValidationFraction(0);
    assertThrows(KindlingException.class, () -> early.transformSchema(data.schema()));
    assertTrue(early.describe(data).params() > 0);
  }
}
