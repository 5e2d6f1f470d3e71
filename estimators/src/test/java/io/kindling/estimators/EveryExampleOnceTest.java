/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.input.InputSpec;
import io.kindling.model.ClassTarget;
import io.kindling.model.ClassificationMetrics;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.model.TrainingSummary;
import io.kindling.shards.Shard;
import io.kindling.shards.ShardPlan;
import io.kindling.shards.Shards;
import io.kindling.testkit.LocalSpark;
import java.util.List;
import java.util.Set;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LocalSpark.class)
class EveryExampleOnceTest {
  private static NetworkClassifier classifier() {
    return new NetworkClassifier().setNetwork("mlp").setFeaturesCol("features").setEpochs(2);
  }

  @ParameterizedTest(name = "{0} rows, {1} partitions, {2} workers, batch {3}, frequency {4}")
  @CsvSource({
    "1003, 5, 3, 16, 7",
    "2, 2, 4, 16, 1",
    "2, 1, 4, 1, 3",
    "17, 40, 2, 4, 1",
    "64, 1, 2, 32, 1",
    "65, 3, 1, 64, 10",
    "500, 4, 2, 1000, 5",
  })
  void eachEpochTrainsOnEveryExampleOnce(
      int rows, int partitions, int workers, int batch, int frequency) {
    TrainingSummary summary =
        classifier()
            .setWorkers(workers)
            .setBatchSize(batch)
            .setAveragingFrequency(frequency)
            .fit(Vectors2d.clouds(LocalSpark.session(), rows, partitions))
            .summary();
    assertEquals(rows, summary.examples());
    assertEquals(2L * rows, summary.examplesTrained());
    assertEquals(workers, summary.workers());
    assertTrue(Double.isFinite(summary.loss()), summary.toString());
  }

  @Test
  void trainingValidationAndSkippedRowsAddUpToTheRowsRead(SparkSession spark) {
    Dataset<Row> bad =
        spark.createDataFrame(
            List.of(
                RowFactory.create(Vectors.dense(1, 2, 3), 7.0, "label out of range"),
                RowFactory.create(Vectors.dense(1, 2), 1.0, "short"),
                RowFactory.create(null, 1.0, "null features"),
                RowFactory.create(Vectors.dense(1, 2, 3), null, "null label"),
                RowFactory.create(Vectors.dense(1, Double.NaN, 3), 0.0, "NaN"),
                RowFactory.create(Vectors.dense(1, 2, 3), 0.5, "half a class")),
            Vectors2d.SCHEMA);
    NetworkClassificationModel model =
        classifier()
            .setHandleInvalid("skip")
            .setValidationFraction(0.25)
            .fit(withClasses(Vectors2d.clouds(spark, 200, 3).union(bad), "left", "right"));
    TrainingSummary summary = model.summary();
    assertEquals(6, summary.examplesSkipped());
    assertTrue(summary.examples() < 200 && summary.examples() > 100, summary.toString());
    assertEquals(2 * summary.examples(), summary.examplesTrained());
    assertTrue(summary.validation().get("accuracy") > 0.9, summary.toString());
    assertEquals(List.of("left", "right"), model.labels());
  }

  @Test
  void anIndicatorColumnChoosesTheValidationRows(SparkSession spark) {
    Dataset<Row> data =
        Vectors2d.clouds(spark, 90, 2).withColumn("held", functions.col("origin").endsWith("7"));
    TrainingSummary summary = classifier().setValidationIndicatorCol("held").fit(data).summary();
    assertEquals(81, summary.examples());
    assertEquals(
        Set.of("accuracy", "precision", "recall", "f1", "loss"), summary.validation().keySet());
    assertEquals(2, summary.history().size());
  }

  @Test
  void aBadRowStopsTheTrainingWithItsNameAndTheReason(SparkSession spark) {
    Dataset<Row> good = Vectors2d.clouds(spark, 20, 1);
    assertEquals(
        "Cannot train on row short: vector of length 2, but the network takes vectors of 3",
        failure(
            withClasses(
                good.union(
                    spark.createDataFrame(
                        List.of(RowFactory.create(Vectors.dense(1, 2), 1.0, "short")),
                        Vectors2d.SCHEMA)),
                "a",
                "b")));
    assertEquals(
        "Cannot train on row far: label 7.0 is not one of the classes 0 to 1",
        failure(
            withClasses(
                good.union(
                    spark.createDataFrame(
                        List.of(RowFactory.create(Vectors.dense(1, 2, 3), 7.0, "far")),
                        Vectors2d.SCHEMA)),
                "a",
                "b")));
  }

  @Test
  void nothingToTrainOnIsOneClearError(SparkSession spark) {
    Dataset<Row> some = Vectors2d.clouds(spark, 20, 2);
    assertEquals(
        "Cannot train: the training set has no rows with features",
        failure(some.filter("label > 5")));
    assertEquals(
        "Cannot train: the labels have only the class 0; a classifier needs at least two classes",
        failure(some.filter("label = 0")));
    assertEquals(
        "Cannot train: the training set has no examples (20 for validation, 0 skipped as bad)",
        assertThrows(
                KindlingException.class,
                () ->
                    classifier()
                        .setValidationIndicatorCol("held")
                        .fit(some.withColumn("held", functions.lit(true))))
            .getMessage());
  }

  @Test
  void aBadFirstRowDoesNotMakeAllOthersBad(SparkSession spark) {
    Dataset<Row> bad =
        spark.createDataFrame(
            List.of(
                RowFactory.create(Vectors.dense(1, 2), 1.0, "short"),
                RowFactory.create(Vectors.dense(1, 2, 3), Double.NaN, "NaN label")),
            Vectors2d.SCHEMA);
    TrainingSummary summary =
        classifier()
            .setHandleInvalid("skip")
            .fit(bad.union(Vectors2d.clouds(spark, 20, 1)))
            .summary();
    assertEquals(20, summary.examples());
    assertEquals(2, summary.examplesSkipped());
  }

  @Test
  void aDivergedNetworkIsAnErrorAndNotAModel(SparkSession spark) {
    String message =
        assertThrows(
                KindlingException.class,
                () ->
                    classifier()
                        .setOptimizer("sgd")
                        .setLearningRate(1e60)
                        .setEpochs(1)
                        .setWorkers(1)
                        .setBatchSize(20)
                        .fit(Vectors2d.clouds(spark, 20, 1)))
            .getMessage();
    assertTrue(message.startsWith("Cannot train on: a parameter became "), message);
    assertTrue(message.endsWith("; a lower learning rate may help"), message);
  }

  @Test
  void aLabelThatIsNoClassStopsTheMeasuring(SparkSession spark) {
    NetworkClassificationModel model = classifier().fit(Vectors2d.clouds(spark, 20, 1));
    for (String label : List.of("5000000.0", "-1.0", "0.7", "NaN")) {
      Dataset<Row> scored =
          model
              .transform(Vectors2d.clouds(spark, 20, 1))
              .withColumn("label", functions.expr("double('" + label + "')"));
      Exception thrown =
          assertThrows(
              Exception.class,
              () -> ClassificationMetrics.of(scored, "label", "prediction", "probability"));
      assertEquals(
          "Cannot measure the model: label " + label + " is not one of the classes 0 to 1",
          KindlingException.in(thrown).getMessage());
    }
  }

  @Test
  void aShardWithOtherExamplesOrAnotherOrderHasAnotherFingerprint(SparkSession spark) {
    ShardPlan plan = new ShardPlan(2, InputSpec.vector(3), new ClassTarget(2), false, 0, false, 1);
    Dataset<Row> points = Vectors2d.clouds(spark, 50, 1).coalesce(1);
    List<Long> first = Shards.of(points, plan).map(Shard::fingerprint).collect();
    assertEquals(first, Shards.of(points, plan).map(Shard::fingerprint).collect());
    Dataset<Row> turned = points.orderBy("origin").coalesce(1);
    assertNotEquals(first, Shards.of(turned, plan).map(Shard::fingerprint).collect());
  }

  @Test
  void nothingStaysCachedAfterTrainingOrFailing(SparkSession spark) {
    classifier().fit(Vectors2d.clouds(spark, 20, 2));
    failure(Vectors2d.clouds(spark, 20, 2).filter("label = 0"));
    assertTrue(spark.sparkContext().getPersistentRDDs().isEmpty());
  }

  private static String failure(Dataset<Row> data) {
    return assertThrows(KindlingException.class, () -> classifier().fit(data)).getMessage();
  }

  private static Dataset<Row> withClasses(Dataset<Row> data, String... names) {
    return data.withColumn(
        "label",
        functions
            .col("label")
            .as(
                "label",
                NominalAttribute.defaultAttr().withName("label").withValues(names).toMetadata()));
  }
}
