/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kindling.data.KindlingException;
import io.kindling.model.ClassTarget;
import io.kindling.model.ClassificationMetrics;
import io.kindling.model.Loss;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.model.NetworkModel;
import io.kindling.testkit.LocalSpark;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Every loss and metric from training to a saved model's predictions. */
@ExtendWith(LocalSpark.class)
class LossesTest {
  private static final String NETWORK = "[{\"dense\":{\"units\":8,\"activation\":\"tanh\"}}]";
  private static final String[] PREDICTED = {"rawPrediction", "probability", "prediction"};

  /** Points around as many corners as there are classes, of which some lie with others. */
  private static Dataset<Row> points(SparkSession spark, int classes, int rows) {
    Random random = new Random(classes * 100L + rows);
    List<Row> data = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      int label = i % classes;
      double angle = 2 * Math.PI * label / classes;
      data.add(
          RowFactory.create(
              Vectors.dense(
                  Math.cos(angle) + random.nextGaussian() / 3,
                  Math.sin(angle) + random.nextGaussian() / 3,
                  random.nextGaussian()),
              (double) label,
              "point#" + i));
    }
    return spark.createDataFrame(data, Vectors2d.SCHEMA).repartition(2);
  }

  private static NetworkClassifier classifier(Loss loss) {
    return new NetworkClassifier()
        .setFeaturesCol("features")
        .setNetwork(NETWORK)
        .setLoss(loss.toString())
        .setLearningRate(0.05)
        .setBatchSize(16)
        .setWorkers(2)
        .setAveragingFrequency(3)
        .setEpochs(4);
  }

  private static List<Row> predictions(Dataset<Row> scored) {
    return scored.select("origin", PREDICTED).orderBy("origin").collectAsList();
  }

  @ParameterizedTest
  @EnumSource
  void eachTrainsInAPipelineAndIsSaved(Loss loss, SparkSession spark, @TempDir Path folder)
      throws Exception {
    // Of two classes it has one unit, others one for each class, however many there are.
    int[] sizes = loss == Loss.BINARY_CROSSENTROPY ? new int[] {2, 3} : new int[] {3};
    for (int classes : sizes) {
      Dataset<Row> points = points(spark, classes, 150);
      Pipeline pipeline =
          new Pipeline()
              .setStages(
                  new PipelineStage[] {
                    new StandardScaler().setInputCol("features").setOutputCol("scaled"),
                    classifier(loss).setFeaturesCol("scaled").setTopK(2)
                  });
      PipelineModel model = pipeline.fit(points);
      NetworkClassificationModel network = (NetworkClassificationModel) model.stages()[1];
      double first = network.summary().history().get(0).loss();
      double last = network.summary().loss();
      assertTrue(last < first - 0.05 * Math.abs(first), () -> first + " to " + last);

      Dataset<Row> scored = model.transform(points);
      Map<String, Double> metrics =
          ClassificationMetrics.of(scored, "label", "rawPrediction", network.target()).asMap();
      assertTrue(metrics.get("accuracy") > 0.8, metrics::toString);
      assertTrue(metrics.get("auc") > 0.9, metrics::toString);
      assertEquals(classes > 2, metrics.containsKey("topKAccuracy"));
      for (Row row : predictions(scored)) {
        Vector raw = row.getAs("rawPrediction");
        Vector probability = row.getAs("probability");
        assertEquals(classes, raw.size());
        assertEquals(1, java.util.Arrays.stream(probability.toArray()).sum(), 1e-9);
        assertEquals(row.getAs("prediction"), (double) raw.argmax());
        assertEquals(raw.argmax(), probability.argmax());
      }

      String path = folder.resolve("model" + classes).toString();
      model.write().save(path);
      PipelineModel loaded = PipelineModel.load(path);
      assertEquals(predictions(scored), predictions(loaded.transform(points)));
      NetworkClassificationModel again = (NetworkClassificationModel) loaded.stages()[1];
      assertEquals(network.target(), again.target());
      // Any Deeplearning4j program can go on with it.
      OutputLayer output =
          (OutputLayer) again.network().getLayerWiseConfigurations().getConf(1).getLayer();
      assertEquals(loss.function().getILossFunction().getClass(), output.getLossFn().getClass());
      assertEquals(loss.activation().getActivationFunction(), output.getActivationFn());
    }
  }

  @ParameterizedTest
  @EnumSource
  void validationMeasuresAsScoringDoes(Loss loss, SparkSession spark) {
    for (int classes : new int[] {2, 7}) {
      Dataset<Row> points =
          points(spark, classes, 105).withColumn("held", col("origin").rlike("[37]$"));
      NetworkClassificationModel model =
          classifier(loss)
              .setLabelSmoothing(loss.isOfProbabilities() ? 0.1 : 0)
              .setValidationIndicatorCol("held")
              .setEpochs(1)
              .fit(points);
      Map<String, Double> scored =
          ClassificationMetrics.of(
                  model.transform(points.filter("held")), "label", "rawPrediction", model.target())
              .asMap();
      assertEquals(scored.keySet(), model.summary().validation().keySet());
      scored.forEach(
          (name, value) -> assertEquals(value, model.summary().validation().get(name), 1e-5, name));
      assertEquals(classes > 5, scored.containsKey("topKAccuracy"));
    }
  }

  /** At a learning rate that changes nothing, the loss is that of the first network's outputs. */
  @ParameterizedTest
  @EnumSource
  void weightsOfRowsAndClassesMultiplyTheLoss(Loss loss, SparkSession spark) {
    int classes = loss == Loss.BINARY_CROSSENTROPY ? 2 : 3;
    Dataset<Row> points =
        points(spark, classes, 32).withColumn("weight", functions.expr("1 + int(label) * 2"));
    NetworkClassifier plain = classifier(loss).setEpochs(1).setOptimizer("sgd");
    plain.setLearningRate(1e-30);
    NetworkClassificationModel model = plain.copy(ParamMap.empty()).fit(points);
    Dataset<Row> scored = model.transform(points);
    double all = 0;
    for (int label = 0; label < classes; label++) {
      ClassificationMetrics metrics =
          ClassificationMetrics.of(
              scored.filter("label = " + label), "label", "rawPrediction", model.target());
      all += metrics.loss() * metrics.examples() * (1 + label * 2);
    }
    double byRow = plain.copy(ParamMap.empty()).setWeightCol("weight").fit(points).summary().loss();
    assertEquals(all / 32, byRow, 1e-5);
    double[] weights = classes == 2 ? new double[] {1, 3} : new double[] {1, 3, 5};
    double byClass =
        plain.copy(ParamMap.empty()).setClassWeights(weights).fit(points).summary().loss();
    assertEquals(byRow, byClass, 1e-12);
    assertEquals(
        ClassificationMetrics.of(scored, "label", "rawPrediction", model.target()).loss(),
        model.summary().loss(),
        1e-5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"binary-crossentropy", "squared-hinge", "mae"})
  void dl4jSparkTrainsTheSame(String loss, SparkSession spark) {
    Dataset<Row> points = points(spark, 2, 60);
    NetworkClassifier classifier =
        classifier(Loss.ofClasses(loss)).setWorkers(1).setEpochs(2).setValidationFraction(0.2);
    NetworkClassificationModel ours = classifier.copy(ParamMap.empty()).fit(points);
    NetworkClassificationModel theirs =
        classifier.copy(ParamMap.empty()).setEngine("dl4j-spark").fit(points);
    assertArrayEquals(ours.artifact().params(), theirs.artifact().params());
    assertEquals(ours.artifact().configuration(), theirs.artifact().configuration());
    assertEquals(ours.summary().validation(), theirs.summary().validation());
  }

  @Test
  void aTrainingIsResumedAndStartedAnew(SparkSession spark, @TempDir Path folder) throws Exception {
    Dataset<Row> points = points(spark, 2, 120);
    String dir = folder.resolve("checkpoints").toString();
    NetworkClassifier classifier = classifier(Loss.BINARY_CROSSENTROPY).setLabelSmoothing(0.1);
    NetworkClassificationModel whole = classifier.copy(ParamMap.empty()).setEpochs(4).fit(points);
    classifier.copy(ParamMap.empty()).setEpochs(2).setCheckpointDir(dir).fit(points);
    NetworkClassificationModel resumed =
        classifier.copy(ParamMap.empty()).setEpochs(4).setCheckpointDir(dir).fit(points);
    assertNotNull(resumed.summary().resumedFrom());
    assertArrayEquals(whole.artifact().params(), resumed.artifact().params());
    assertTrue(
        message(() -> classifier(Loss.HINGE).setEpochs(4).setCheckpointDir(dir).fit(points))
            .contains("training.loss was binary-crossentropy, is hinge"));
    assertTrue(
        message(
                () ->
                    classifier
                        .copy(ParamMap.empty())
                        .setLabelSmoothing(0.2)
                        .setCheckpointDir(dir)
                        .fit(points))
            .contains("training.label-smoothing was 0.1, is 0.2"));

    String path = folder.resolve("model").toString();
    whole.write().save(path);
    NetworkClassificationModel second =
        classifier.copy(ParamMap.empty()).setEpochs(1).setInitialModel(path).fit(points);
    assertTrue(second.summary().loss() < resumed.summary().history().get(0).loss());
    assertTrue(
        message(() -> classifier(Loss.CATEGORICAL_CROSSENTROPY).setInitialModel(path).fit(points))
            .startsWith("Cannot start with the model " + path));
  }

  /** What a model says of its loss did not exist in the first versions: all ended in softmax. */
  @Test
  void aModelOfAnOlderVersionIsLoaded(SparkSession spark, @TempDir Path folder) throws Exception {
    Dataset<Row> points = points(spark, 3, 60);
    NetworkClassificationModel model =
        classifier(Loss.CATEGORICAL_CROSSENTROPY).setEpochs(1).fit(points);
    String path = folder.resolve("model").toString();
    model.write().save(path);
    Path data = folder.resolve("model").resolve("data");
    ObjectMapper json = new ObjectMapper();
    ObjectNode description = (ObjectNode) json.readTree(data.resolve("model.json").toFile());
    assertNotNull(description.remove("classification"));
    byte[] older = json.writeValueAsBytes(description);
    Path manifest = data.resolve("manifest.json");
    ObjectNode sums = (ObjectNode) json.readTree(manifest.toFile());
    sums.remove(List.of("format", "bytes"));
    ((ObjectNode) sums.get("sha256"))
        .put(
            "model.json",
            HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(older)));
    for (String file : List.of("model.json", "manifest.json")) {
      Files.deleteIfExists(data.resolve("." + file + ".crc"));
    }
    Files.write(data.resolve("model.json"), older);
    Files.writeString(manifest, sums.toString(), StandardCharsets.UTF_8);
    NetworkClassificationModel loaded = (NetworkClassificationModel) NetworkModel.load(path);
    assertEquals(new ClassTarget(3), loaded.target());
    assertEquals(predictions(model.transform(points)), predictions(loaded.transform(points)));
  }

  private static MultiLayerConfiguration network(
      Activation activation, LossFunction loss, int units) {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .updater(new Sgd(0.3))
        .list()
        .layer(new DenseLayer.Builder().nIn(3).nOut(6).activation(Activation.TANH).build())
        .layer(new OutputLayer.Builder(loss).nIn(6).nOut(units).activation(activation).build())
        .build();
  }

  private static NetworkClassifier classifierOf(MultiLayerConfiguration network) {
    return new NetworkClassifier()
        .setFeaturesCol("features")
        .setNetwork(network)
        .setBatchSize(16)
        .setWorkers(2)
        .setEpochs(6);
  }

  @Test
  void aDl4jConfigurationBringsItsLoss(SparkSession spark) {
    Dataset<Row> two = points(spark, 2, 200);
    NetworkClassificationModel sigmoid =
        classifierOf(network(Activation.SIGMOID, LossFunction.XENT, 1)).fit(two);
    assertEquals(new ClassTarget(2, Loss.BINARY_CROSSENTROPY), sigmoid.target());
    Dataset<Row> scored = sigmoid.transform(two);
    double area = new BinaryClassificationEvaluator().setNumBins(0).evaluate(scored);
    assertTrue(area > 0.95, () -> "area " + area);
    assertEquals(
        area,
        ClassificationMetrics.of(scored, "label", "rawPrediction", sigmoid.target()).auc(),
        1e-3);
    assertEquals(
        new ClassTarget(2, Loss.HINGE, 1, 0, 5),
        classifierOf(network(Activation.IDENTITY, LossFunction.HINGE, 1)).fit(two).target());
    assertEquals(
        new ClassTarget(2, Loss.BINARY_CROSSENTROPY, 2, 0.1, 5),
        classifierOf(network(Activation.SIGMOID, LossFunction.XENT, 2))
            .setLabelSmoothing(0.1)
            .fit(two)
            .target());
    assertEquals(
        Loss.COSINE_SIMILARITY,
        classifierOf(network(Activation.SOFTMAX, LossFunction.COSINE_PROXIMITY, 3))
            .fit(points(spark, 3, 60))
            .target()
            .loss());
  }

  @Test
  void mistakesAreSaidInOneLine(SparkSession spark) {
    Dataset<Row> points = points(spark, 3, 30);
    NetworkClassifier classifier = classifier(Loss.MSE);
    assertEquals(
        "Cannot train: labels of the loss mse cannot be smoothed (training.label-smoothing), they are no probabilities; use categorical-crossentropy, binary-crossentropy or kl-divergence, or no smoothing",
        message(() -> classifier(Loss.MSE).setLabelSmoothing(0.1).checkTogether()));
    assertTrue(
        message(() -> classifier.copy(new ParamMap().put(classifier.loss(), "hing")).fit(points))
            .startsWith(
                "Cannot train: a classification has no loss 'hing'; the nearest is hinge,"));
    assertEquals(
        "Cannot train: the labels have only the class 0; a classifier needs at least two classes",
        message(() -> classifier(Loss.BINARY_CROSSENTROPY).fit(points.filter("label = 0"))));
    assertEquals(
        "Cannot train: the network's output layer has 1 units, but the labels have 3 classes",
        message(() -> classifierOf(network(Activation.SIGMOID, LossFunction.XENT, 1)).fit(points)));
    assertTrue(
        message(() -> classifierOf(network(Activation.TANH, LossFunction.HINGE, 1)).fit(points))
            .startsWith(
                "Cannot use the network: its output layer's activation is tanh and its loss"
                    + " LossHinge(); a classifier needs "));
    assertEquals(
        "Cannot set loss (training.loss) on a DL4J configuration, which brings its own: set it"
            + " there",
        message(
            () ->
                classifierOf(network(Activation.SOFTMAX, LossFunction.MCXENT, 3))
                    .setLoss("mse")
                    .fit(points)));
    assertEquals(
        "Cannot stop early by topKAccuracy (training.early-stopping.metric): there are 3 classes and topK (training.top-k) is 5; set it lower",
        message(
            () ->
                classifier(Loss.MSE)
                    .setEarlyStoppingPatience(1)
                    .setEarlyStoppingMetric("topKAccuracy")
                    .setValidationFraction(0.2)
                    .fit(points)));
    assertEquals(
        "Cannot stop early by auc (training.early-stopping.metric): the validation rows do not tell it, they may be all of one class",
        message(
            () ->
                classifier(Loss.MSE)
                    .setEarlyStoppingPatience(1)
                    .setEarlyStoppingMetric("auc")
                    .setValidationIndicatorCol("held")
                    .fit(
                        points(spark, 2, 40)
                            .withColumn(
                                "held",
                                col("label").equalTo(0).and(col("origin").endsWith("2"))))));
  }

  @Test
  void aDl4jLossThatLabelsOrMetricsDoNotFitIsRefused(SparkSession spark) {
    Dataset<Row> points = points(spark, 3, 30);
    String sparse =
        message(
            () ->
                classifierOf(network(Activation.SOFTMAX, LossFunction.SPARSE_MCXENT, 3))
                    .fit(points));
    assertTrue(sparse.contains("a classifier needs softmax with MCXENT,"), sparse);
    for (ILossFunction weighted :
        List.of(
            new LossMCXENT(Nd4j.createFromArray(1f, 2f, 3f)),
            new LossMSE(Nd4j.createFromArray(1f, 2f, 3f)))) {
      MultiLayerConfiguration network = network(Activation.SOFTMAX, LossFunction.MCXENT, 3);
      ((OutputLayer) network.getConf(1).getLayer()).setLossFn(weighted);
      assertEquals(
          "Cannot use the network: the loss of its output layer has weights of its own; leave them away, and set classWeights (training.class-weights)",
          message(() -> classifierOf(network).fit(points)));
    }
    classifierOf(network(Activation.SOFTMAX, LossFunction.NEGATIVELOGLIKELIHOOD, 3))
        .setEpochs(1)
        .fit(points);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auc", "topKAccuracy"})
  void trainingStopsEarlyByTheNewMetrics(String metric, SparkSession spark) {
    NetworkClassificationModel model =
        classifier(Loss.HINGE)
            .setTopK(2)
            .setValidationFraction(0.3)
            .setEarlyStoppingPatience(2)
            .setEarlyStoppingMetric(metric)
            .setEpochs(20)
            .fit(points(spark, 3, 120));
    assertTrue(model.summary().stoppedEarly(), () -> model.summary().toString());
    double best =
        model.summary().history().stream()
            .mapToDouble(epoch -> epoch.validation().get(metric))
            .max()
            .orElseThrow();
    assertEquals(best, model.summary().validation().get(metric));
  }

  private static String message(Runnable wrong) {
    String message = assertThrows(KindlingException.class, wrong::run).getMessage();
    assertEquals(1, message.lines().count());
    return message;
  }
}
