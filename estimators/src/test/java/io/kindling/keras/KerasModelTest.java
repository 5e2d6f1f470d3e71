/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.estimators.NetworkClassifier;
import io.kindling.input.PixelScaling;
import io.kindling.model.ClassificationMetrics;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.model.NetworkModel;
import io.kindling.model.NetworkRegressionModel;
import io.kindling.network.PretrainedNetwork;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LocalSpark.class)
class KerasModelTest {
  private static final double CLOSE = 1e-5;

  private final SparkSession spark;

  KerasModelTest(SparkSession spark) {
    this.spark = spark;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mnist-cnn",
        "cifar10-cnn",
        "stacked-lstm",
        "conv2d-same-strides",
        "conv2d-dilation",
        "depthwise-conv2d",
        "separable-conv2d",
        "pooling2d",
        "average-pooling2d-same",
        "batch-normalization",
        "batch-normalization-no-scale",
        "batch-normalization-no-center",
        "flatten-then-others",
        "padding-cropping-upsampling",
        "flatten-first",
        "rescaling",
        "activations",
        "dense",
        "chunked",
        "regression",
        "residual",
        "simple-rnn",
        "lstm-hard-sigmoid",
        "bidirectional",
        "bidirectional-sum",
        "conv1d",
        "time-distributed",
        "imdb-lstm",
        "embedding-lstm",
        "embedding-masked",
        "embedding-average",
        "embedding-conv1d",
        "keras22-cnn",
        "keras22-lstm",
      })
  void predictsWhatKerasPredicts(String name) throws IOException {
    KerasFixture fixture = KerasFixture.of(name);
    check(fixture, KerasModel.load(fixture.path()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"keras1-cnn-tf", "keras1-cnn-th", "keras1-lstm", "keras1-text", "keras1-merge"})
  void predictsWhatKeras1Predicts(String name) throws IOException {
    KerasFixture fixture = KerasFixture.of(name);
    check(fixture, KerasModel.load(fixture.path(), KerasOptions.DEFAULT.withBackend("theano")));
  }

  @Test
  void readsAModelOfTwoFiles() throws IOException {
    check(
        KerasFixture.of("architecture"),
        KerasModel.load(
            KerasFixture.file("architecture.model.json"),
            KerasFixture.file("architecture-weights.h5"),
            KerasOptions.DEFAULT));
  }

  @Test
  void takesLabelsAndScaling() throws IOException {
    List<String> labels = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    KerasModel model =
        KerasModel.load(
            KerasFixture.file("mnist-cnn.h5"),
            KerasOptions.DEFAULT
                .withLabels(labels)
                .withScaling(new PixelScaling(List.of(0.5), List.of(0.25))));

    assertEquals(labels, model.artifact().labels());
    assertEquals(List.of(0.25), model.input().scaling().std());
  }

  @Test
  void savedItPredictsTheSame(@TempDir Path folder) throws IOException {
    KerasFixture fixture = KerasFixture.of("residual");
    KerasModel model = KerasModel.load(fixture.path());
    model.model().write().save(folder.resolve("model").toString());

    check(fixture, NetworkModel.load(folder.resolve("model").toString()));
  }

  @Test
  void rowsOfOtherLengthsInOneMinibatchDoNotChangeEachOther() throws IOException {
    KerasFixture fixture = KerasFixture.of("embedding-lstm");
    Dataset<Row> longer =
        fixture.rows(spark).selectExpr("id + 100 as id", "concat(features, features) as features");
    NetworkModel<?> model = KerasModel.load(fixture.path()).model();
    model.setFeaturesCol("features");

    List<Row> alone = model.transform(fixture.rows(spark)).sort("id").collectAsList();
    List<Row> together =
        model
            .transform(fixture.rows(spark).union(longer).coalesce(1))
            .filter("id < 100")
            .sort("id")
            .collectAsList();

    for (int i = 0; i < alone.size(); i++) {
      assertArrayEquals(
          alone.get(i).<Vector>getAs("probability").toArray(),
          together.get(i).<Vector>getAs("probability").toArray(),
          CLOSE);
    }
  }

  @Test
  void aSequenceOfNothingButMaskedIdsIsABadRow() {
    NetworkModel<?> model = KerasModel.load(KerasFixture.file("embedding-masked.h5")).model();
    model.setFeaturesCol("features").setProblemCol("problem");

    Row scored =
        model.transform(spark.sql("select array(0, 0, 0) as features")).collectAsList().get(0);

    assertEquals("sequence without tokens", scored.getAs("problem"));
  }

  @Test
  void trainingGoesOnFromIt() throws IOException {
    KerasFixture fixture = KerasFixture.of("mnist-cnn");
    NetworkModel<?> imported = KerasModel.load(fixture.path()).model();
    NominalAttribute classes =
        NominalAttribute.defaultAttr()
            .withName("label")
            .withValues("zero,one,two,three,four,five,six,seven,eight,nine".split(","));
    Dataset<Row> rows =
        fixture
            .rows(spark)
            .withColumn("label", col("id").cast("double").as("label", classes.toMetadata()));
    NetworkClassifier classifier =
        new NetworkClassifier()
            .setNetwork(new PretrainedNetwork(fixture.path()).definition())
            .setFeaturesCol("features")
            .setOptimizer("sgd")
            .setWorkers(1)
            .setBatchSize(2)
            .setSeed(1);

    // Begun with Keras's weights, a step of nothing leaves Keras's predictions.
    check(fixture, classifier.setEpochs(1).setLearningRate(1e-12).fit(rows));
    NetworkClassificationModel trained =
        classifier.setOptimizer("adam").setEpochs(60).setLearningRate(0.003).fit(rows);

    double before = loss(imported, rows);
    double after = loss(trained, rows);
    assertTrue(after < before / 2, "loss %s, was %s".formatted(after, before));
  }

  private static double loss(NetworkModel<?> model, Dataset<Row> rows) {
    model.setFeaturesCol("features");
    return ClassificationMetrics.of(model.transform(rows), "label", "prediction", "probability")
        .asMap()
        .get("loss");
  }

  private void check(KerasFixture fixture, KerasModel imported) {
    check(fixture, imported.model());
  }

  private void check(KerasFixture fixture, NetworkModel<?> model) {
    model.setFeaturesCol("features");
    List<Row> scored = model.transform(fixture.rows(spark)).collectAsList();
    assertEquals(fixture.predictions().length, scored.size());
    boolean logits = fixture.name().equals("cifar10-cnn");
    for (int i = 0; i < scored.size(); i++) {
      float[] wanted = fixture.predictions()[i];
      double[] expected = new double[wanted.length];
      Arrays.setAll(expected, j -> wanted[j]);
      if (fixture.name().equals("imdb-lstm")) {
        // Keras gives the second class's alone.
        expected = new double[] {1 - wanted[0], wanted[0]};
      }
      Row row = scored.get(i);
      double[] found =
          model instanceof NetworkRegressionModel
              ? new double[] {row.getAs("prediction")}
              : row.<Vector>getAs(logits ? "rawPrediction" : "probability").toArray();
      assertArrayEquals(expected, found, CLOSE, fixture + ", row " + i);
    }
  }
}
