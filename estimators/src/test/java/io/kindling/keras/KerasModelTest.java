/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kindling.model.NetworkModel;
import io.kindling.model.NetworkRegressionModel;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtendWith;
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
        "regression",
        "residual",
        "simple-rnn",
        "lstm-hard-sigmoid",
        "bidirectional",
        "bidirectional-sum",
        "conv1d",
        "time-distributed",
        "embedding-lstm",
        "embedding-masked",
        "embedding-average",
        "embedding-conv1d",
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

  private void check(KerasFixture fixture, KerasModel imported) {
    NetworkModel<?> model = imported.model();
    model.setFeaturesCol("features");
    List<Row> scored = model.transform(fixture.rows(spark)).sort("id").collectAsList();
    assertEquals(fixture.predictions().length, scored.size());
    boolean logits = fixture.name().equals("cifar10-cnn");
    for (int i = 0; i < scored.size(); i++) {
      float[] wanted = fixture.predictions()[i];
      double[] expected = new double[wanted.length];
      for (int j = 0; j < wanted.length; j++) {
        expected[j] = wanted[j];
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
