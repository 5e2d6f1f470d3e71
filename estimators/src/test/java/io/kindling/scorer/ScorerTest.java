/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.scorer;

import static io.kindling.network.Layers.dense;
import static io.kindling.network.Layers.flatten;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kindling.data.KindlingException;
import io.kindling.data.generate.DigitGenerator;
import io.kindling.data.image.ImageCodec;
import io.kindling.data.image.Pixels;
import io.kindling.estimators.NetworkClassifier;
import io.kindling.estimators.NetworkRegressor;
import io.kindling.testkit.LocalSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalSpark.class)
class ScorerTest {
  @TempDir private static Path folder;
  private static Dataset<Row> houses;
  private static PipelineModel scaled;
  private static Path number;
  private static Path digits;

  @BeforeAll
  static void train(SparkSession spark) throws Exception {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      rows.add(RowFactory.create(Vectors.dense(i % 7, i % 11, i % 3), 2.0 * (i % 7) - i % 3));
    }
    houses =
        spark.createDataFrame(
            rows,
            new StructType()
                .add("features", SQLDataTypes.VectorType())
                .add("label", DataTypes.DoubleType));
    number = folder.resolve("number");
    NetworkRegressor regressor =
        new NetworkRegressor().setFeaturesCol("features").setLayers(List.of(dense(5))).setEpochs(1);
    regressor.fit(houses).save(number.toString());
    StandardScaler scaler = new StandardScaler().setInputCol("features").setOutputCol("scaled");
    scaled =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  scaler,
                  new NetworkRegressor()
                      .setFeaturesCol("scaled")
                      .setLayers(List.of(dense(5)))
                      .setEpochs(1)
                })
            .fit(houses);
    digits = folder.resolve("digits");
    new NetworkClassifier()
        .setLayers(List.of(flatten(), dense(8)))
        .setEpochs(1)
        .fit(new DigitGenerator(60, 1).generate(spark))
        .save(digits.toString());
  }

  @Test
  void aNumberIsWhatTransformGivesWhoeverElseScores() throws Exception {
    List<Row> rows =
        io.kindling.model.NetworkModel.load(number.toString()).transform(houses).collectAsList();
    ExecutorService callers = Executors.newFixedThreadPool(6);
    try (Scorer scorer = Scorer.load(number, 2)) {
      List<Future<Prediction>> predictions = new ArrayList<>();
      for (Row row : rows) {
        float[] values = floats(row.<Vector>getAs("features"));
        predictions.add(callers.submit(() -> scorer.scoreVector(values)));
      }
      for (int i = 0; i < rows.size(); i++) {
        Prediction prediction = predictions.get(i).get();
        assertEquals(rows.get(i).<Double>getAs("prediction"), prediction.prediction());
        assertNull(prediction.label());
        assertEquals(List.of(), prediction.probability());
      }
    } finally {
      callers.shutdown();
    }
  }

  private static float[] floats(Vector vector) {
    float[] floats = new float[vector.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) vector.apply(i);
    }
    return floats;
  }

  @Test
  void anImageFileIsDecodedForANetworkOfItsSize() {
    byte[] png = ImageCodec.encodePng(new Pixels(28, 28, 1, new byte[784]));
    byte[] small = ImageCodec.encodePng(new Pixels(9, 7, 1, new byte[63]));
    try (Scorer scorer = Scorer.load(digits)) {
      Prediction prediction = scorer.scoreImage(png);
      assertEquals(10, scorer.labels().size());
      assertEquals(scorer.labels().get((int) prediction.prediction()), prediction.label());
      assertEquals(
          1, prediction.probability().stream().mapToDouble(Double::doubleValue).sum(), 1e-9);
      assertEquals(
          "Cannot score example 1 of 2: image of 9x7x1, but the network takes images of 28x28x1"
              + " (height x width x channels); ImageResizer makes them one size",
          message(() -> scorer.scoreImages(List.of(png, small))));
      assertEquals(
          "Cannot score texts: the model takes images", message(() -> scorer.scoreText("a")));
    }
  }

  @Test
  void aClosedScorerSaysSo() {
    Scorer scorer = Scorer.load(number);
    scorer.scoreVector(1, 2, 3);
    scorer.close();
    assertEquals("Cannot score: the scorer is closed", message(() -> scorer.scoreVector(1, 2, 3)));
  }

  @Test
  void whatOnlySparkRunsIsNamed() throws Exception {
    Path path = folder.resolve("scaled");
    scaled.save(path.toString());
    String stage;
    try (var stages = Files.list(path.resolve("stages"))) {
      stage = stages.map(Path::toString).filter(p -> p.contains("0_")).findFirst().orElseThrow();
    }
    assertEquals(
        "Cannot load the model "
            + stage
            + " without Spark: only Spark runs its StandardScalerModel; score with Spark, or save a"
            + " pipeline without it",
        message(() -> Scorer.load(path)));
    assertEquals(
        "Cannot load the model " + folder.resolve("none") + ": no model was saved there",
        message(() -> Scorer.load(folder.resolve("none"))));
  }

  private static String message(Executable call) {
    return assertThrows(KindlingException.class, call).getMessage();
  }
}
