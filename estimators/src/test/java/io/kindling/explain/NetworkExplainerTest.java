/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.data.generate.DigitGenerator;
import io.kindling.data.generate.SequenceGenerator;
import io.kindling.data.image.ImageRows;
import io.kindling.estimators.NetworkClassifier;
import io.kindling.estimators.NetworkRegressor;
import io.kindling.input.SequenceColumn;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.network.Layers;
import io.kindling.testkit.LocalSpark;
import io.kindling.transformers.SequencePadder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Explanations as columns, and what they show of digits. */
@ExtendWith(LocalSpark.class)
class NetworkExplainerTest {
  private static Dataset<Row> digits;
  private static NetworkClassificationModel model;

  @BeforeAll
  static void train(SparkSession spark) {
    digits = new DigitGenerator(1200, 3).generate(spark).cache();
    model =
        new NetworkClassifier()
            .setLayers(
                List.of(
                    Layers.conv2d(8, 3).with("activation", "relu"),
                    Layers.maxPooling2d(2),
                    Layers.batchNormalization(),
                    Layers.flatten(),
                    Layers.dense(32).with("activation", "relu"),
                    Layers.dropout(0.2)))
            .setEpochs(4)
            .setWorkers(2)
            .setLearningRate(0.003)
            .fit(digits);
  }

  private static NetworkExplainer explainer() {
    return new NetworkExplainer(model)
        .setOcclusionCol("occlusion")
        .setDetailsCol("details")
        .setSteps(64);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zero", "mean"})
  void attributionsOfDigitsLieOnTheStrokesAndAgreeWithOcclusion(String baseline) {
    List<Row> rows =
        explainer()
            .setBaseline(baseline)
            .transform(model.transform(digits.limit(40)))
            .collectAsList();
    assertEquals(40, rows.size());
    Random random = new Random(5);
    double ours = 0;
    double atRandom = 0;
    double agreement = 0;
    for (Row row : rows) {
      Row details = row.getAs("details");
      assertEquals((double) row.<Double>getAs("prediction"), details.getDouble(0));
      Vector raw = row.getAs("rawPrediction");
      assertEquals(raw.apply((int) details.getDouble(0)), details.getDouble(1), 1e-4);
      List<Float> attributions = row.getList(row.fieldIndex("explanation"));
      double sum = attributions.stream().mapToDouble(Float::doubleValue).sum();
      double difference = details.getDouble(1) - details.getDouble(2);
      assertEquals(difference + details.getDouble(3), sum, 1e-3);
      assertEquals(0, details.getDouble(3), 0.05 * Math.abs(difference) + 0.05);
      byte[] pixels = row.<Row>getAs("image").getAs("data");
      ours += onStrokes(attributions, pixels) / rows.size();
      List<Float> noise = new ArrayList<>(attributions);
      noise.replaceAll(value -> (float) random.nextGaussian());
      atRandom += onStrokes(noise, pixels) / rows.size();
      agreement += details.getDouble(4) / rows.size();
    }
    System.err.println(baseline + " on strokes " + ours + " random " + atRandom + " agreement " + agreement);
    assertTrue(ours > 1.5 * atRandom, "%s on the strokes, %s at random".formatted(ours, atRandom));
    assertTrue(agreement > 0.3, "mean agreement " + agreement);
  }

  /** The share of attributions' sizes that is on the pen's strokes and right beside them. */
  private static double onStrokes(List<Float> attributions, byte[] pixels) {
    double on = 0;
    double all = 0;
    for (int i = 0; i < pixels.length; i++) {
      boolean stroke = false;
      for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
          int y = i / 28 + dy;
          int x = i % 28 + dx;
          stroke |= y >= 0 && y < 28 && x >= 0 && x < 28 && (pixels[y * 28 + x] & 0xff) > 100;
        }
      }
      all += Math.abs(attributions.get(i));
      on += stroke ? Math.abs(attributions.get(i)) : 0;
    }
    return on / all;
  }
}
