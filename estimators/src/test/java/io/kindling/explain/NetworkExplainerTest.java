/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.data.generate.DigitGenerator;
import io.kindling.data.generate.SequenceGenerator;
import io.kindling.estimators.NetworkClassifier;
import io.kindling.estimators.NetworkRegressor;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.network.Layers;
import io.kindling.testkit.LocalSpark;
import io.kindling.transformers.SequencePadder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.SQLDataTypes;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.collection.Seq;

/** Explanations as columns, and what they show of digits. */
@ExtendWith(LocalSpark.class)
class NetworkExplainerTest {
  private static Dataset<Row> digits;
  private static NetworkClassificationModel model;

  @AfterAll
  static void forget() {
    digits.unpersist();
  }

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

  @Test
  void hasTheseDefaults() {
    NetworkExplainer explainer = new NetworkExplainer(model);
    Map<String, Object> found = new HashMap<>();
    for (Param<?> param : explainer.params()) {
      found.put(param.name(), explainer.getDefault(param).get());
      assertTrue(param.doc().length() > 10, param.name());
    }
    assertEquals(
        Map.of(
            "featuresCol", "image",
            "explanationCol", "explanation",
            "occlusionCol", "",
            "detailsCol", "",
            "explainedClass", "predicted",
            "steps", 32,
            "baseline", "zero",
            "occlusionSize", 0,
            "occlusionWords", "left-out",
            "handleInvalid", "error"),
        found);
  }

  @Test
  void takesTheFeaturesColumnOfItsModel() {
    NetworkClassificationModel renamed = model.copy(new ParamMap()).setFeaturesCol("picture");
    assertEquals("picture", new NetworkExplainer(renamed).getFeaturesCol());
  }

  @Test
  void addsWhatItsSchemaSaysAndKeepsColumnMetadata() {
    Metadata metadata = new MetadataBuilder().putString("kept", "yes").build();
    Dataset<Row> rows = digits.limit(3).withColumn("origin", col("origin").as("origin", metadata));
    StructType schema = explainer().transformSchema(rows.schema());
    Dataset<Row> explained = explainer().transform(rows);
    assertEquals(schema.json(), explained.schema().json());
    assertEquals(metadata, explained.schema().apply("origin").metadata());
    assertEquals(
        "array<float>", explained.schema().apply("explanation").dataType().catalogString());
    assertEquals("array<float>", explained.schema().apply("occlusion").dataType().catalogString());
    assertEquals(
        "struct<class:double,score:double,baselineScore:double,gap:double,agreement:double>",
        explained.schema().apply("details").dataType().catalogString());
    assertEquals(3, explained.count());
    assertEquals(0, explainer().transform(rows.limit(0)).count());
  }

  @Test
  void savedAndLoadedAloneAndInAPipelineItExplainsTheSame(@TempDir Path folder) throws Exception {
    NetworkExplainer explainer = explainer().setExplainedClass("3").setBaseline("mean");
    List<Row> expected = values(explainer.transform(digits.limit(3)));
    String alone = folder.resolve("alone").toString();
    explainer.write().save(alone);
    NetworkExplainer loaded = NetworkExplainer.load(alone);
    assertEquals(explainer.uid(), loaded.uid());
    assertEquals(explainer.extractParamMap().toString(), loaded.extractParamMap().toString());
    assertEquals(expected, values(loaded.transform(digits.limit(3))));
    assertThrows(KindlingException.class, () -> explainer.write().save(alone));
    explainer.write().overwrite().save(alone);
    String pipeline = folder.resolve("pipeline").toString();
    new Pipeline()
        .setStages(new PipelineStage[] {model, explainer})
        .fit(digits)
        .write()
        .save(pipeline);
    Dataset<Row> piped = PipelineModel.load(pipeline).transform(digits.limit(3));
    assertEquals(expected, values(piped.select("explanation", "occlusion", "details")));
    assertTrue(List.of(piped.columns()).contains("prediction"));
  }

  @Test
  void aCopyTakesExtraParamsAndLeavesTheOriginalAlone() {
    NetworkExplainer explainer = explainer();
    NetworkExplainer copy =
        explainer.copy(new ParamMap().put(explainer.explanationCol(), "elsewhere"));
    assertNotSame(explainer, copy);
    assertEquals(explainer.uid(), copy.uid());
    assertEquals("elsewhere", copy.getExplanationCol());
    assertEquals("explanation", explainer.getExplanationCol());
    assertTrue(List.of(copy.transform(digits.limit(1)).columns()).contains("elsewhere"));
  }

  @Test
  void partitioningChangesNothing() {
    Dataset<Row> rows = digits.limit(12);
    assertEquals(
        values(explainer().transform(rows.coalesce(1)).orderBy("origin")),
        values(explainer().transform(rows.repartition(5)).orderBy("origin")));
  }

  @Test
  void aClassGoesByItsNameOrIndex() {
    Dataset<Row> rows = digits.limit(2);
    List<Row> byName = values(explainer().setExplainedClass("7").transform(rows));
    for (Row row : byName) {
      assertEquals(7, row.getStruct(2).getDouble(0));
    }
    assertEquals(
        "Cannot explain class 07a: the network knows no class of that name; the nearest is 0",
        message(() -> explainer().setExplainedClass("07a").transform(rows)));
    assertEquals(
        "Cannot explain class 12: the network knows the classes 0 to 9",
        message(() -> explainer().setExplainedClass("12").transform(rows)));
  }

  @Test
  void rowsThatTheNetworkCannotTakeFailAreSkippedOrKept() {
    Dataset<Row> rows =
        digits
            .limit(3)
            .withColumn("image", when(expr("origin like '%#1'"), null).otherwise(col("image")));
    assertEquals(1, rows.filter("image is null").count());
    assertEquals(
        "Cannot explain row generated#1: no input (null)",
        KindlingException.in(
                assertThrows(Exception.class, () -> explainer().transform(rows).collectAsList()))
            .getMessage());
    assertEquals(2, explainer().setHandleInvalid("skip").transform(rows).count());
    List<Row> kept = explainer().setHandleInvalid("keep").transform(rows).collectAsList();
    assertEquals(3, kept.size());
    for (Row row : kept) {
      assertEquals(row.getAs("image") == null, row.getAs("explanation") == null);
      assertEquals(row.getAs("image") == null, row.getAs("occlusion") == null);
      assertEquals(row.getAs("image") == null, row.getAs("details") == null);
    }
  }

  @Test
  void columnsThatDoNotFitAreNamedBeforeAnythingRuns() {
    assertEquals(
        "Cannot explain predictions: the output column 'explanation' exists already; drop it or choose another name",
        message(() -> explainer().transform(digits.withColumn("explanation", lit(1)))));
    assertEquals(
        "Cannot explain predictions: there is no column to add; set explanationCol, occlusionCol or detailsCol",
        message(() -> new NetworkExplainer(model).setExplanationCol("").transform(digits)));
    assertTrue(
        message(() -> explainer().transform(digits.select("origin")))
            .startsWith("Cannot feed the network: there is no column image"));
  }

  @Test
  void attributionsOfAPaddedTextLieWhereItsTokensAreAndArePaddingsNowhere(SparkSession spark) {
    List<Row> texts = new ArrayList<>();
    Random random = new Random(4);
    for (int i = 0; i < 60; i++) {
      int[] ids = random.ints(1 + random.nextInt(6), 2, 20).toArray();
      double label = Arrays.stream(ids).anyMatch(id -> id == 7) ? 1 : 0;
      texts.add(RowFactory.create(i, ids, label));
    }
    texts.add(RowFactory.create(60, new int[0], 0.0));
    Dataset<Row> ids =
        spark.createDataFrame(
            texts,
            new StructType()
                .add("id", "int")
                .add("ids", DataTypes.createArrayType(DataTypes.IntegerType))
                .add("label", "double"));
    SequencePadder padder =
        new SequencePadder().setInputCol("ids").setOutputCol("text").setLength(8);
    NetworkClassificationModel classifier =
        new NetworkClassifier()
            .setFeaturesCol("text")
            .setLayers(List.of(Layers.embedding(4), Layers.lstm(4)))
            .setEpochs(1)
            .setWorkers(1)
            .fit(padder.transform(ids));
    NetworkExplainer explainer =
        new NetworkExplainer(classifier).setOcclusionCol("occlusion").setDetailsCol("details");
    Map<Integer, List<Float>> first = new HashMap<>();
    for (String padding : List.of("post", "pre")) {
      Dataset<Row> padded = padder.setPadding(padding).transform(ids);
      for (Row row : explainer.transform(padded).collectAsList()) {
        Row text = row.getAs("text");
        int start = text.getInt(1);
        int length = text.getInt(2);
        List<Float> attributions = row.getList(row.fieldIndex("explanation"));
        List<Float> occlusion = row.getList(row.fieldIndex("occlusion"));
        assertEquals(8, attributions.size());
        assertEquals(8, occlusion.size());
        double sum = 0;
        for (int i = 0; i < 8; i++) {
          boolean real = i >= start && i < start + length;
          assertEquals(real, attributions.get(i) != 0, "place " + i);
          assertTrue(real || occlusion.get(i) == 0, "place " + i);
          sum += attributions.get(i);
        }
        Row details = row.getAs("details");
        if (length > 0) {
          assertEquals(details.getDouble(1) - details.getDouble(2), sum, 1e-4);
          List<Float> own = attributions.subList(start, start + length);
          assertEquals(first.computeIfAbsent(row.getAs("id"), id -> List.copyOf(own)), own);
        }
      }
    }
    assertEquals(60, first.size());
  }

  @Test
  void aSequencesAttributionsAreStepsOfValues(SparkSession spark) {
    Dataset<Row> waves =
        new SequenceGenerator(40, 1, SequenceGenerator.Task.CLASSIFICATION, 12, 2).generate(spark);
    NetworkClassificationModel classifier =
        new NetworkClassifier()
            .setFeaturesCol("sequence")
            .setLayers(List.of(Layers.lstm(4)))
            .setEpochs(1)
            .setWorkers(1)
            .fit(waves);
    for (Row row :
        new NetworkExplainer(classifier)
            .setOcclusionCol("occlusion")
            .setDetailsCol("details")
            .transform(waves.limit(5))
            .collectAsList()) {
      List<Seq<Float>> steps = row.getList(row.fieldIndex("explanation"));
      int length = row.getList(row.fieldIndex("sequence")).size();
      assertEquals(length, steps.size());
      double sum = 0;
      for (Seq<Float> step : steps) {
        assertEquals(2, step.size());
        sum += step.apply(0) + step.apply(1);
      }
      assertEquals(length, row.getList(row.fieldIndex("occlusion")).size());
      Row details = row.getAs("details");
      assertEquals(details.getDouble(1) - details.getDouble(2), sum, 1e-4);
    }
  }

  @Test
  void aRegressionIsExplainedInItsUnitAndHasNoClass(SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    Random random = new Random(6);
    for (int i = 0; i < 200; i++) {
      double[] x = random.doubles(3, -1, 1).toArray();
      rows.add(RowFactory.create(Vectors.dense(x), 1000 + 300 * x[0] - 100 * x[1]));
    }
    Dataset<Row> points =
        spark.createDataFrame(
            rows,
            new StructType().add("features", SQLDataTypes.VectorType()).add("label", "double"));
    var regression =
        new NetworkRegressor()
            .setFeaturesCol("features")
            .setLayers(List.of())
            .setLearningRate(0.05)
            .setBatchSize(16)
            .setEpochs(30)
            .setWorkers(1)
            .fit(points);
    NetworkExplainer explainer =
        new NetworkExplainer(regression).setDetailsCol("details").setSteps(8);
    for (Row row : explainer.transform(regression.transform(points.limit(5))).collectAsList()) {
      Row details = row.getAs("details");
      assertNull(details.get(0));
      assertEquals(row.<Double>getAs("prediction"), details.getDouble(1), 0.01);
      assertNull(details.get(4), "no agreement without occlusion");
      Vector x = row.getAs("features");
      List<Float> attributions = row.getList(row.fieldIndex("explanation"));
      assertEquals(300 * x.apply(0), attributions.get(0), 15);
      assertEquals(-100 * x.apply(1), attributions.get(1), 15);
      assertEquals(0, attributions.get(2), 15);
    }
    assertEquals(
        "Cannot explain class 1: the network predicts a number",
        message(() -> explainer.copy(new ParamMap()).setExplainedClass("1").transform(points)));
    assertEquals(
        "Cannot explain predictions against the mean: the network takes vectors of 3, whose values have no mean of one kind; use the baseline zero",
        message(() -> explainer.copy(new ParamMap()).setBaseline("mean").transform(points)));
  }

  private static List<Row> values(Dataset<Row> explained) {
    return explained.select("explanation", "occlusion", "details").collectAsList();
  }

  private static String message(Executable refused) {
    return assertThrows(KindlingException.class, refused).getMessage();
  }
}
