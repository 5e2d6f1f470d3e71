/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import io.kindling.model.Loss;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.model.NetworkModel;
import io.kindling.model.NetworkRegressionModel;
import io.kindling.model.NumberTarget;
import io.kindling.model.RegressionMetrics;
import io.kindling.testkit.LocalSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

@ExtendWith(LocalSpark.class)
class NetworkRegressorTest {
  private static final String SMALL = "[{\"dense\":{\"units\":16,\"activation\":\"tanh\"}}]";

  /** Prices of some hundred thousands that hang on three numbers, not in a line. */
  private static Dataset<Row> houses(SparkSession spark, int count) {
    Random random = new Random(count);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] x = {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
      double price = 300_000 + 80_000 * x[0] - 40_000 * x[1] + 30_000 * x[0] * x[2];
      rows.add(RowFactory.create(Vectors.dense(x), price, "house#" + i));
    }
    return spark.createDataFrame(rows, Vectors2d.SCHEMA).repartition(2);
  }

  private static NetworkRegressor regressor() {
    return new NetworkRegressor()
        .setFeaturesCol("features")
        .setNetwork(SMALL)
        .setLearningRate(0.02)
        .setBatchSize(16)
        .setWorkers(2)
        .setAveragingFrequency(2)
        .setEpochs(15);
  }

  private static double evaluated(Dataset<Row> scored, String metric) {
    return new RegressionEvaluator().setMetricName(metric).evaluate(scored);
  }

  @Test
  void largeLabelsOfVectorsAreLearntAndMeasuredInTheirOwnUnit(SparkSession spark) {
    Dataset<Row> houses = houses(spark, 600);
    NetworkRegressionModel model = regressor().setValidationFraction(0.2).fit(houses);
    assertEquals(Set.of("mse", "mae", "rmse", "r2", "loss"), model.summary().validation().keySet());
    assertTrue(model.summary().validation().get("r2") > 0.9, model.summary()::toString);
    assertEquals(15 * model.summary().examples(), model.summary().examplesTrained());
    // Of a network that knows labels by their standard deviation, of prices of some 90,000.
    double trained = Math.sqrt(model.summary().loss());
    assertTrue(trained > 1_000 && trained < 40_000, () -> "root of the loss: " + trained);

    Dataset<Row> scored = model.transform(houses(spark, 300)).cache();
    RegressionMetrics metrics = RegressionMetrics.of(scored, "label", "prediction", model.target());
    assertTrue(metrics.r2() > 0.9, metrics::toString);
    assertEquals(300, metrics.examples());
    assertEquals(evaluated(scored, "rmse"), metrics.rmse(), 1e-9 * metrics.rmse());
    assertEquals(evaluated(scored, "mse"), metrics.mse(), 1e-9 * metrics.mse());
    assertEquals(evaluated(scored, "mae"), metrics.mae(), 1e-9 * metrics.mae());
    assertEquals(evaluated(scored, "r2"), metrics.r2(), 1e-9);
    assertEquals(metrics.mse(), metrics.loss());
    scored.unpersist();
  }

  @Test
  void validationMeasuresAsScoringDoes(SparkSession spark) {
    Dataset<Row> houses = houses(spark, 300).withColumn("later", col("label").gt(320_000));
    NetworkRegressionModel model =
        regressor().setValidationIndicatorCol("later").setEpochs(2).setLoss("mae").fit(houses);
    RegressionMetrics scored =
        RegressionMetrics.of(
            model.transform(houses.filter("later")), "label", "prediction", model.target());
    scored
        .asMap()
        .forEach(
            (name, value) ->
                assertEquals(
                    value, model.summary().validation().get(name), 1e-5 * Math.abs(value), name));
    assertEquals(scored.mae(), scored.loss());
    // Only the rows that train tell the scale.
    double mean = houses.filter("not later").agg(avg("label")).first().getDouble(0);
    assertEquals(mean, model.target().mean(), 1e-9 * mean);
  }

  @Test
  void theUnitOfLabelsChangesNoTraining(SparkSession spark) {
    Dataset<Row> houses = houses(spark, 200);
    NetworkRegressionModel euros = regressor().setEpochs(3).fit(houses);
    // By a power of two, so that not even rounding differs.
    NetworkRegressionModel other =
        regressor().setEpochs(3).fit(houses.withColumn("label", col("label").divide(1024)));
    assertArrayEquals(euros.artifact().params(), other.artifact().params());
    assertEquals(euros.summary().loss(), other.summary().loss() * 1024 * 1024, 1e-3);
    NetworkRegressionModel raw =
        regressor()
            .setEpochs(3)
            .setStandardizeLabel(false)
            .fit(houses.withColumn("label", col("label").divide(1 << 18)));
    assertEquals(NumberTarget.unscaled(Loss.MSE), raw.target());
  }

  /** How far to the right a bright square lies. */
  private static Dataset<Row> squares(SparkSession spark, int count) {
    int size = 12;
    Random random = new Random(count);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int x = random.nextInt(size - 3);
      int y = random.nextInt(size - 3);
      byte[] pixels = new byte[size * size];
      for (int at = 0; at < 16; at++) {
        pixels[(y + at / 4) * size + x + at % 4] = (byte) 255;
      }
      rows.add(
          RowFactory.create(
              ImageRows.toRow("square#" + i, new Pixels(size, size, 1, pixels)), (float) x));
    }
    return spark.createDataFrame(
        rows, new StructType().add("image", ImageRows.schema()).add("label", DataTypes.FloatType));
  }

  @Test
  void numbersAreReadOffImages(SparkSession spark) {
    NetworkRegressionModel model =
        new NetworkRegressor()
            .setNetwork(
                "[{\"conv2d\":{\"filters\":4,\"kernel-size\":3,\"activation\":\"relu\"}},\"max-pooling2d\",\"flatten\","
                    + "{\"dense\":{\"units\":16,\"activation\":\"relu\"}}]")
            .setLearningRate(0.01)
            .setBatchSize(16)
            .setWorkers(2)
            .setEpochs(15)
            .fit(squares(spark, 400));
    Dataset<Row> scored = model.transform(squares(spark, 150));
    assertTrue(evaluated(scored, "r2") > 0.9, () -> "r2 " + evaluated(scored, "r2"));
  }

  @Test
  void numbersAreReadOffSequences(SparkSession spark) {
    Random random = new Random(1);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      List<List<Double>> steps = new ArrayList<>();
      double sum = 0;
      for (int step = 0; step < 2 + random.nextInt(6); step++) {
        double value = random.nextDouble();
        sum += value;
        steps.add(List.of(value));
      }
      rows.add(RowFactory.create(steps, sum));
    }
    Dataset<Row> data =
        spark.createDataFrame(
            rows,
            new StructType()
                .add(
                    "features",
                    DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.DoubleType)))
                .add("label", DataTypes.DoubleType));
    MultiLayerConfiguration network =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Adam(0.03))
            .list()
            .layer(
                new LastTimeStep(
                    new LSTM.Builder().activation(Activation.TANH).nIn(1).nOut(8).build()))
            .layer(
                new OutputLayer.Builder(LossFunction.MEAN_ABSOLUTE_ERROR)
                    .nIn(8)
                    .nOut(1)
                    .activation(Activation.IDENTITY)
                    .build())
            .build();
    NetworkRegressionModel model =
        regressorOf(network).setEpochs(25).setValidationFraction(0.2).fit(data);
    assertEquals(Loss.MAE, model.target().loss());
    assertTrue(model.summary().validation().get("r2") > 0.9, model.summary()::toString);
  }

  private static NetworkRegressor regressorOf(MultiLayerConfiguration network) {
    return new NetworkRegressor()
        .setFeaturesCol("features")
        .setNetwork(network)
        .setBatchSize(16)
        .setWorkers(2)
        .setAveragingFrequency(2);
  }

  @Test
  void aPipelineSavesLoadsAndPredictsTheSame(SparkSession spark, @TempDir Path folder)
      throws Exception {
    Dataset<Row> houses = houses(spark, 200);
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StandardScaler().setInputCol("features").setOutputCol("scaled"),
                  regressor().setFeaturesCol("scaled").setLoss("mae").setEpochs(3)
                });
    String unfitted = folder.resolve("pipeline").toString();
    pipeline.write().save(unfitted);
    PipelineModel model = Pipeline.load(unfitted).fit(houses);
    String saved = folder.resolve("model").toString();
    model.write().save(saved);
    PipelineModel loaded = PipelineModel.load(saved);
    Dataset<Row> expected = model.transform(houses);
    Dataset<Row> found = loaded.transform(houses);
    assertEquals(
        expected.select("prediction", "origin").collectAsList(),
        found.select("prediction", "origin").collectAsList());
    assertEquals(evaluated(expected, "rmse"), evaluated(found, "rmse"));
    NetworkRegressionModel network = (NetworkRegressionModel) loaded.stages()[1];
    assertEquals(((NetworkRegressionModel) model.stages()[1]).target(), network.target());
    assertEquals(Loss.MAE, network.target().loss());
    assertFalse(network.hasSummary());
    assertNotNull(network.network());
  }

  @Test
  void aSavedModelIsLoadedAsWhatItIs(SparkSession spark, @TempDir Path folder) throws Exception {
    String number = folder.resolve("number").toString();
    regressor().setEpochs(1).fit(houses(spark, 50)).write().save(number);
    String classes = folder.resolve("classes").toString();
    new NetworkClassifier()
        .setFeaturesCol("features")
        .setNetwork(SMALL)
        .setEpochs(1)
        .fit(Vectors2d.clouds(spark, 50, 1))
        .write()
        .save(classes);
    assertEquals(NetworkRegressionModel.class, NetworkModel.load(number).getClass());
    assertEquals(NetworkClassificationModel.class, NetworkModel.load(classes).getClass());
    String message =
        assertThrows(KindlingException.class, () -> NetworkClassificationModel.load(number))
            .getMessage();
    assertTrue(message.contains("NetworkRegressionModel"), message);
    assertEquals(
        "Cannot start with the model %s (training.initial-model): it predicts one of classes, this training a number"
            .formatted(classes),
        failure(houses(spark, 50), regressor().setInitialModel(classes)));
    assertEquals(
        "Cannot start with the model %s (training.initial-model): it predicts a number, this training one of classes"
            .formatted(number),
        assertThrows(
                KindlingException.class,
                () ->
                    new NetworkClassifier()
                        .setFeaturesCol("features")
                        .setNetwork(SMALL)
                        .setInitialModel(number)
                        .fit(Vectors2d.clouds(spark, 50, 1)))
            .getMessage());
  }

  @Test
  void aWarmStartKeepsTheScaleThatTheModelKnows(SparkSession spark, @TempDir Path folder)
      throws Exception {
    NetworkRegressionModel first = regressor().setEpochs(3).fit(houses(spark, 200));
    String path = folder.resolve("first").toString();
    first.write().save(path);
    Dataset<Row> dearer = houses(spark, 100).withColumn("label", col("label").plus(50_000));
    NetworkRegressionModel second = regressor().setEpochs(1).setInitialModel(path).fit(dearer);
    assertEquals(first.target(), second.target());
  }

  @Test
  void aResumedTrainingEndsAsAnUninterruptedOne(SparkSession spark, @TempDir Path folder) {
    Dataset<Row> houses = houses(spark, 120);
    String dir = folder.resolve("checkpoints").toString();
    NetworkRegressionModel whole = regressor().setEpochs(4).fit(houses);
    regressor().setEpochs(2).setCheckpointDir(dir).fit(houses);
    NetworkRegressionModel resumed = regressor().setEpochs(4).setCheckpointDir(dir).fit(houses);
    assertNotNull(resumed.summary().resumedFrom());
    assertArrayEquals(whole.artifact().params(), resumed.artifact().params());
    assertEquals(whole.target(), resumed.target());
    String message = failure(houses, regressor().setEpochs(4).setLoss("mae").setCheckpointDir(dir));
    assertTrue(message.contains("training.loss was mse, is mae"), message);
  }

  @Test
  void earlyStoppingKeepsTheEpochOfTheBestMetric(SparkSession spark) {
    for (String metric : List.of("r2", "rmse")) {
      NetworkRegressionModel model =
          regressor()
              .setLearningRate(0.3)
              .setEpochs(12)
              .setValidationFraction(0.3)
              .setEarlyStoppingPatience(2)
              .setEarlyStoppingMetric(metric)
              .fit(houses(spark, 150));
      double sign = metric.equals("r2") ? 1 : -1;
      double best =
          model.summary().history().stream()
              .mapToDouble(epoch -> sign * epoch.validation().get(metric))
              .max()
              .orElseThrow();
      assertEquals(best, sign * model.summary().validation().get(metric), metric);
    }
  }

  @Test
  void crossValidatorChoosesTheLearningRate(SparkSession spark) {
    NetworkRegressor regressor = regressor().setEpochs(4);
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(regressor.learningRate(), new double[] {1e-9, 0.02}).build();
    CrossValidatorModel chosen =
        new CrossValidator()
            .setEstimator(regressor)
            .setEvaluator(new RegressionEvaluator())
            .setEstimatorParamMaps(grid)
            .setNumFolds(2)
            .setSeed(1)
            .fit(houses(spark, 200));
    assertTrue(chosen.avgMetrics()[1] < chosen.avgMetrics()[0]);
    NetworkRegressor best =
        (NetworkRegressor) ((org.apache.spark.ml.Model<?>) chosen.bestModel()).parent();
    assertEquals(0.02, best.getLearningRate());
  }

  @Test
  void rowsThatWeighNothingTeachNothing(SparkSession spark) {
    Dataset<Row> houses = houses(spark, 200).coalesce(1);
    Dataset<Row> wrong = houses.withColumn("label", lit(600_000).minus(col("label")));
    Dataset<Row> both =
        houses.withColumn("weight", lit(1.0)).union(wrong.withColumn("weight", lit(0.0)));
    NetworkRegressionModel model = regressor().setWeightCol("weight").fit(both);
    assertTrue(evaluated(model.transform(houses), "r2") > 0.8);
  }

  @Test
  void dl4jSparkGivesTheSameModel(SparkSession spark) {
    Dataset<Row> houses = houses(spark, 100);
    NetworkRegressor one =
        regressor().setWorkers(1).setEpochs(2).setValidationFraction(0.2).setLoss("mae");
    NetworkRegressionModel ours = one.fit(houses);
    NetworkRegressionModel theirs = one.setEngine("dl4j-spark").fit(houses);
    assertArrayEquals(ours.artifact().params(), theirs.artifact().params());
    assertEquals(ours.summary().loss(), theirs.summary().loss(), 1e-9 * ours.summary().loss());
    assertEquals(ours.summary().validation(), theirs.summary().validation());
  }

  @Test
  void rowsWithoutAFiniteLabelAreBadRows(SparkSession spark) {
    Dataset<Row> houses = houses(spark, 100).coalesce(1);
    Dataset<Row> some =
        houses.withColumn(
            "label",
            when(col("origin").equalTo("house#7"), lit(Double.NaN))
                .when(col("origin").equalTo("house#8"), lit(Double.POSITIVE_INFINITY))
                .when(col("origin").equalTo("house#9"), lit(null))
                .otherwise(col("label")));
    NetworkRegressionModel model = regressor().setEpochs(1).setHandleInvalid("skip").fit(some);
    assertEquals(97, model.summary().examples());
    assertEquals(3, model.summary().examplesSkipped());
    assertTrue(Double.isFinite(model.target().mean()));
    assertEquals(
        "Cannot train on row house#7: label NaN is not a finite number",
        failure(some.filter("origin = 'house#7' or label < 1e9"), regressor()));
    assertEquals(
        "Cannot train: the training set has no rows with a label",
        failure(some.filter("origin = 'house#9'"), regressor()));
  }

  @Test
  void badRowsAreKeptOrDroppedInScoring(SparkSession spark) {
    NetworkRegressionModel model = regressor().setEpochs(1).fit(houses(spark, 50));
    Dataset<Row> rows =
        houses(spark, 20)
            .withColumn("features", when(col("origin").notEqual("house#3"), col("features")));
    assertEquals(19, model.copy(ParamMap.empty()).setHandleInvalid("skip").transform(rows).count());
    Dataset<Row> kept = model.copy(ParamMap.empty()).setProblemCol("problem").transform(rows);
    Row bad = kept.filter("origin = 'house#3'").first();
    assertTrue(bad.isNullAt(bad.fieldIndex("prediction")));
    assertFalse(bad.isNullAt(bad.fieldIndex("problem")));
    assertEquals(19, kept.filter("problem is null and prediction is not null").count());
  }

  @Test
  void whatIsNoRegressionIsRefusedBeforeAnyWork(SparkSession spark) {
    Dataset<Row> houses = houses(spark, 10);
    assertEquals(
        "Cannot train: label column origin must be numeric, but is string; cast it to double",
        failure(houses, regressor().setLabelCol("origin")));
    Dataset<Row> indexed =
        new StringIndexer()
            .setInputCol("origin")
            .setOutputCol("index")
            .fit(houses)
            .transform(houses);
    assertEquals(
        "Cannot train: label column index holds classes (house#0, house#1, house#2, ...), not"
            + " numbers to predict; use a classifier (training.task = classification), or a column"
            + " without class names",
        failure(indexed, regressor().setLabelCol("index")));
    assertEquals(
        "Cannot train: a regression has no loss 'hinge'; the nearest is mae, of mse, mae",
        assertThrows(KindlingException.class, () -> regressor().setLoss("hinge")).getMessage());
    NetworkRegressor copied = regressor();
    assertEquals(
        "Cannot train: a regression has no loss 'hinge'; the nearest is mae, of mse, mae",
        failure(houses, copied.copy(new ParamMap().put(copied.loss(), "hinge"))));
    assertThrows(
        IllegalArgumentException.class, () -> regressor().setEarlyStoppingMetric("accuracy"));
    assertEquals(
        "Cannot use the network: its output layer's activation is softmax, a regression needs"
            + " identity",
        failure(houses, regressorOf(network(Activation.SOFTMAX, LossFunction.MCXENT, 2))));
    assertEquals(
        "Cannot use the network: its output layer has 2 units, a regression needs 1",
        failure(houses, regressorOf(network(Activation.IDENTITY, LossFunction.MSE, 2))));
    assertEquals(
        "Cannot use the network: its output layer's loss is LossPoisson(), a regression needs MSE or"
            + " MAE",
        failure(houses, regressorOf(network(Activation.IDENTITY, LossFunction.POISSON, 1))));
    assertEquals(
        "Cannot set loss (training.loss) on a DL4J configuration, which brings its own: set it"
            + " there",
        failure(
            houses, regressorOf(network(Activation.IDENTITY, LossFunction.MSE, 1)).setLoss("mse")));
  }

  private static MultiLayerConfiguration network(
      Activation activation, LossFunction loss, int units) {
    return new NeuralNetConfiguration.Builder()
        .list()
        .layer(new DenseLayer.Builder().nIn(3).nOut(4).build())
        .layer(new OutputLayer.Builder(loss).nIn(4).nOut(units).activation(activation).build())
        .build();
  }

  private static String failure(Dataset<Row> rows, NetworkRegressor regressor) {
    return assertThrows(KindlingException.class, () -> regressor.fit(rows)).getMessage();
  }
}
