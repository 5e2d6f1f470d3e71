/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static io.kindling.network.Layers.add;
import static io.kindling.network.Layers.conv2d;
import static io.kindling.network.Layers.dense;
import static io.kindling.network.Layers.dropout;
import static io.kindling.network.Layers.embedding;
import static io.kindling.network.Layers.flatten;
import static io.kindling.network.Layers.layer;
import static io.kindling.network.Layers.lstm;
import static io.kindling.network.Layers.maxPooling2d;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import io.kindling.keras.KerasModel;
import io.kindling.model.Loss;
import io.kindling.model.Network;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.model.NetworkConfiguration;
import io.kindling.model.NetworkRegressionModel;
import io.kindling.model.NumberTarget;
import io.kindling.model.ParamSpan;
import io.kindling.network.LayerSpec;
import io.kindling.network.NetworkDefinition;
import io.kindling.network.PretrainedNetwork;
import io.kindling.testkit.LocalSpark;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.factory.Nd4j;

/** Networks that start as trained ones, in part kept and in part replaced. */
@ExtendWith(LocalSpark.class)
class PretrainedNetworkTest {
  private static final int SIDE = 10;

  private static final LayerSpec[] LIST = {
    conv2d(4, 3).with("activation", "relu").named("edges"),
    layer("batch-normalization").named("norm"),
    maxPooling2d(2),
    flatten(),
    dense(12).with("activation", "relu").named("features"),
    dropout(0.2)
  };

  private static final LayerSpec[] RESIDUAL = {
    conv2d(4, 3).with("padding", "same").with("activation", "relu").named("stem"),
    layer("batch-normalization").named("norm"),
    conv2d(4, 3).with("padding", "same").named("branch"),
    add("stem", "branch").named("sum"),
    maxPooling2d(2).named("pool"),
    conv2d(6, 3).with("activation", "relu").named("second"),
    layer("global-average-pooling2d").named("mean")
  };

  @TempDir private static Path folder;
  private static Dataset<Row> three;
  private static Dataset<Row> four;
  private static NetworkClassificationModel list;
  private static NetworkClassificationModel residual;

  @BeforeAll
  static void train(SparkSession spark) throws IOException {
    three = squares(spark, 90, 3, SIDE);
    four = squares(spark, 96, 4, SIDE);
    list =
        classifier()
            .setNetwork(NetworkDefinition.of(LIST))
            .setPixelStd(new double[] {0.5})
            .fit(three);
    list.write().save(path("list"));
    residual = classifier().setNetwork(NetworkDefinition.of(RESIDUAL)).fit(three);
    residual.write().save(path("residual"));
  }

  @Test
  void aFrozenPartStaysToTheBitAndTheRestTrainsForOtherClasses() {
    NetworkClassificationModel tuned =
        fineTuned(new PretrainedNetwork(path("list")).freezeUpTo("norm").withNewHead(), four);
    assertKept(list, tuned, "edges", "norm");
    assertChanged(list, tuned, "features");
    assertEquals(4, tuned.artifact().labels().size());
    assertEquals(
        list.artifact().input(), tuned.artifact().input(), "the scaling of pixels goes along");
    assertTrue(tuned.summary().ledger().sentBytes() < 200_000, tuned.summary().ledger().toString());
    assertEquals(
        4,
        tuned
            .transform(four)
            .select("probability")
            .first()
            .<org.apache.spark.ml.linalg.Vector>getAs(0)
            .size());
  }

  @Test
  void aResidualNetworkIsFrozenUpToAVertex() {
    NetworkClassificationModel tuned =
        fineTuned(new PretrainedNetwork(path("residual")).freezeUpTo("sum").withNewHead(), four);
    assertKept(residual, tuned, "stem", "norm", "branch");
    assertChanged(residual, tuned, "second");
  }

  @Test
  void aResidualNetworkIsFrozenBehindAVertexAndCut() {
    NetworkClassificationModel tuned =
        fineTuned(
            new PretrainedNetwork(path("residual"))
                .freezeUpTo("pool")
                .cutBehind("pool")
                .with(
                    conv2d(5, 3).named("wider"),
                    add("wider", "wider").named("twice"),
                    flatten(),
                    dense(7)),
            four);
    assertKept(residual, tuned, "stem", "norm", "branch");
    assertFalse(spans(tuned).containsKey("second"));
    assertTrue(spans(tuned).keySet().containsAll(List.of("wider", "twice", "dense-1", "output")));
  }

  @Test
  void aListWithLayersSideBySideBehindItBecomesAGraph() {
    NetworkClassificationModel tuned =
        fineTuned(
            new PretrainedNetwork(path("list"))
                .freezeUpTo("norm")
                .cutBehind("features")
                .with(
                    dense(6).named("a"),
                    dense(6).named("b").after("input"),
                    add("a", "b"),
                    layer("activation").with("activation", "tanh")),
            four);
    assertTrue(NetworkConfiguration.parse(tuned.artifact().configuration()).isGraph());
    assertKept(list, tuned, "edges", "norm");
    assertChanged(list, tuned, "features");
  }

  @Test
  void theSameClassesKeepTheirHead() {
    NetworkClassifier still =
        classifier()
            .setNetwork(new PretrainedNetwork(path("list")).definition())
            .setOptimizer("sgd")
            .setLearningRate(1e-30);
    NetworkClassificationModel same = still.fit(three);
    assertKept(list, same, "edges", "features", "output");
    assertEquals(3, same.artifact().labels().size());
    KindlingException other = assertThrows(KindlingException.class, () -> still.fit(four));
    assertEquals(
        "Cannot start from the model "
            + path("list")
            + " (network.model): its classes are [0, 1, 2], the training set's are [0, 1, 2, 3];"
            + " set new-head = true (network.new-head)",
        other.getMessage());
  }

  @Test
  void aHeadOfAnotherLossIsKeptByThatLoss(SparkSession spark) throws IOException {
    Dataset<Row> two = squares(spark, 40, 2, SIDE);
    NetworkClassifier sigmoid = classifier().setLoss("binary-crossentropy");
    sigmoid.setNetwork(NetworkDefinition.of(LIST)).fit(two).write().save(path("sigmoid"));
    PretrainedNetwork network = new PretrainedNetwork(path("sigmoid"));
    KindlingException other = assertThrows(KindlingException.class, () -> fineTuned(network, two));
    assertTrue(
        other.getMessage().endsWith("; set the loss (training.loss) to binary-crossentropy"),
        other.getMessage());
    sigmoid.setNetwork(network.definition()).fit(two);
    KindlingException classes =
        assertThrows(KindlingException.class, () -> fineTuned(network, three));
    assertTrue(
        classes.getMessage().endsWith("; set new-head = true (network.new-head)"),
        classes.getMessage());
  }

  @Test
  void fineTuningTwiceMayTrainWhatWasFrozenBefore() throws IOException {
    NetworkClassificationModel once =
        fineTuned(new PretrainedNetwork(path("list")).freezeUpTo("features").withNewHead(), four);
    once.write().overwrite().save(path("once"));
    NetworkClassificationModel twice =
        fineTuned(new PretrainedNetwork(path("once")).freezeUpTo("edges"), four);
    assertKept(list, twice, "edges");
    assertChanged(list, twice, "features");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFileOfDeeplearning4jIsTaken(boolean graph) throws IOException {
    NetworkClassificationModel of = graph ? residual : list;
    String zip = zip(of, graph ? "graph.zip" : "list.zip");
    String layer = graph ? "branch" : "edges";
    NetworkClassificationModel tuned =
        fineTuned(new PretrainedNetwork(zip).freezeUpTo(layer).withNewHead(), four);
    assertKept(of, tuned, layer);
  }

  /** Labels are far from a mean of 0 and a deviation of 1. */
  @Test
  void aNumbersFileOfDeeplearning4jKeepsItsHeadAndItsScale() throws IOException {
    Dataset<Row> numbers = three.withColumn("label", three.col("label").multiply(100).plus(1000));
    NetworkRegressor regressor =
        new NetworkRegressor()
            .setFeaturesCol("image")
            .setNetwork(NetworkDefinition.of(LIST))
            .setStandardizeLabel(false)
            .setWorkers(2)
            .setEpochs(1);
    NetworkRegressionModel first = regressor.fit(numbers);
    String zip = zip(first.artifact(), "numbers.zip");
    NetworkRegressionModel same =
        regressor
            .setNetwork(new PretrainedNetwork(zip).definition())
            .setStandardizeLabel(true)
            .setOptimizer("sgd")
            .setLearningRate(1e-30)
            .fit(numbers);
    assertEquals(NumberTarget.unscaled(Loss.MSE), same.target());
    NetworkRegressionModel anew =
        regressor.setNetwork(new PretrainedNetwork(zip).withNewHead().definition()).fit(numbers);
    assertEquals(1100, anew.target().mean(), 1e-3);
  }

  @Test
  void aFileOfKerasIsTaken(SparkSession spark) throws Exception {
    Path file = Path.of(getClass().getResource("/keras/mnist-cnn.h5").toURI());
    NetworkArtifact keras = KerasModel.load(file.toString()).artifact();
    NetworkClassificationModel of = new NetworkClassificationModel("keras", keras);
    String first = spans(of).keySet().iterator().next();
    NetworkClassificationModel tuned =
        fineTuned(
            new PretrainedNetwork(file.toString()).freezeUpTo(first).withNewHead(),
            squares(spark, 24, 3, keras.input().width()));
    assertKept(of, tuned, first);
    assertEquals(3, tuned.artifact().labels().size());
    assertEquals(keras.input(), tuned.artifact().input());
  }

  @Test
  void aFileWithANormalizerOrCutShortIsRefused() throws IOException {
    String zip = zip(list, "normalized.zip");
    NormalizerMinMaxScaler normalizer = new NormalizerMinMaxScaler();
    normalizer.setFeatureStats(Nd4j.zeros(1), Nd4j.ones(1));
    ModelSerializer.addNormalizerToModel(new File(zip), normalizer);
    assertRefused(
        new PretrainedNetwork(zip).withNewHead(),
        "it holds 'normalizer.bin', which Kindling neither writes nor reads; save the network without it");
    byte[] whole = Files.readAllBytes(Path.of(zip(list, "whole.zip")));
    Path cut = folder.resolve("cut.zip");
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    KindlingException damaged =
        assertThrows(
            KindlingException.class,
            () -> fineTuned(new PretrainedNetwork(cut.toString()).withNewHead(), four));
    assertTrue(damaged.getMessage().contains(cut + " (network.model): it "), damaged.getMessage());
    Path other = folder.resolve("model.bin");
    Files.write(other, whole);
    assertRefused(
        new PretrainedNetwork(other.toString()).withNewHead(),
        "it is neither the folder of a saved model or pipeline nor a file of Deeplearning4j (.zip) or Keras (.h5)");
    assertRefused(new PretrainedNetwork(path("nowhere")).withNewHead(), "it does not exist");
  }

  @Test
  void theNetworkOfASavedPipelineOfTextsIsTaken(SparkSession spark) throws IOException {
    Dataset<Row> texts = tokens(spark, 80, 2);
    NetworkClassificationModel first =
        classifier()
            .setFeaturesCol("features")
            .setNetwork(NetworkDefinition.of(embedding(5).named("words"), lstm(6).named("reader")))
            .fit(texts);
    new Pipeline().setStages(new PipelineStage[] {first}).fit(texts).write().save(path("pipeline"));
    NetworkClassificationModel tuned =
        classifier()
            .setFeaturesCol("features")
            .setNetwork(
                new PretrainedNetwork(path("pipeline"))
                    .freezeUpTo("words")
                    .withNewHead()
                    .definition())
            .fit(tokens(spark, 90, 3));
    assertKept(first, tuned, "words");
    assertChanged(first, tuned, "reader");
    NetworkClassificationModel reading =
        classifier()
            .setFeaturesCol("features")
            .setNetwork(
                new PretrainedNetwork(path("pipeline"))
                    .freezeUpTo("reader")
                    .with(dense(4))
                    .definition())
            .fit(tokens(spark, 90, 3));
    assertKept(first, reading, "words", "reader");
  }

  @Test
  void aResumedFineTuningIsAnUninterruptedOne() {
    PretrainedNetwork network =
        new PretrainedNetwork(path("residual")).freezeUpTo("sum").withNewHead();
    NetworkClassifier whole = classifier().setNetwork(network.definition()).setEpochs(3);
    float[] expected = whole.fit(four).artifact().params();
    NetworkClassifier parts =
        classifier().setNetwork(network.definition()).setCheckpointDir(path("checkpoints"));
    parts.setEpochs(1).fit(four);
    NetworkClassificationModel resumed = parts.setEpochs(3).fit(four);
    assertTrue(resumed.summary().resumedFrom() != null);
    assertArrayEquals(expected, resumed.artifact().params());
    KindlingException other =
        assertThrows(
            KindlingException.class,
            () -> parts.setNetwork(network.freezeUpTo("norm").definition()).setEpochs(4).fit(four));
    assertTrue(other.getMessage().contains("network"), other.getMessage());
  }

  @Test
  void whatDoesNotFitIsSaidInOneLine(SparkSession spark) {
    PretrainedNetwork network = new PretrainedNetwork(path("residual"));
    assertRefused(
        network.freezeUpTo("branchs").withNewHead(),
        "it has no layer 'branchs' (network.freeze-up-to); the nearest is 'branch', all are stem,");
    assertRefused(
        network.cutBehind("poool"),
        "it has no layer 'poool' (network.cut-behind); the nearest is 'pool'");
    assertRefused(
        network.cutBehind("output"),
        "'output' (network.cut-behind) is its output layer; name a layer before it");
    assertRefused(
        network.freezeUpTo("second").cutBehind("sum").with(layer("global-max-pooling2d")),
        "'second' (network.freeze-up-to) lies behind the cut, 'sum'");
    assertRefused(
        network.freezeUpTo("output"),
        three,
        "nothing is left to train behind 'output' (network.freeze-up-to)");
    assertRefused(
        network.withNewHead(),
        squares(spark, 12, 3, SIDE + 1),
        "it takes images of 10x10x1 (height x width x channels), the training set has images of 11x11x1");
    assertRefused(
        network.withNewHead(),
        Vectors2d.clouds(spark, 10, 1).withColumnRenamed("features", "image"),
        "it takes images of 10x10x1 (height x width x channels), the training set has vectors of 3");
    KindlingException ends =
        assertThrows(KindlingException.class, () -> fineTuned(network.cutBehind("sum"), four));
    assertTrue(ends.getMessage().contains("end with flatten"), ends.getMessage());
    KindlingException both =
        assertThrows(
            KindlingException.class,
            () ->
                classifier()
                    .setNetwork(network.definition())
                    .setInitialModel(path("list"))
                    .fit(three));
    assertTrue(both.getMessage().contains("unset one"), both.getMessage());
    KindlingException engine =
        assertThrows(
            KindlingException.class,
            () ->
                classifier()
                    .setEngine("dl4j-spark")
                    .setNetwork(network.freezeUpTo("sum").definition())
                    .fit(three));
    assertTrue(engine.getMessage().contains("a graph with frozen layers"), engine.getMessage());
    KindlingException scaled =
        assertThrows(
            KindlingException.class,
            () ->
                classifier()
                    .setNetwork(network.definition())
                    .setPixelMean(new double[] {0.3})
                    .fit(three));
    assertTrue(scaled.getMessage().contains("keeps that"), scaled.getMessage());
  }

  @Test
  void aDefinitionIsOneTextAndRefusesWhatIsUnknown() {
    PretrainedNetwork network =
        new PretrainedNetwork("a").freezeUpTo("b").cutBehind("c").with(dense(3), dropout(0.5));
    assertEquals(network, NetworkDefinition.parse(network.definition().toString()).pretrained());
    for (Map.Entry<String, String> wrong :
        Map.of(
                "{\"model\": \"a\", \"freeze\": \"b\"}",
                "a pretrained network has no key 'freeze'",
                "{\"model\": 3}",
                "'model' of a pretrained network must be a text, not 3",
                "{\"model\": \"a\", \"new-head\": \"yes\"}",
                "must be true, false or null",
                "{\"model\": \"a\", \"new-head\": false, \"cut-behind\": \"b\"}",
                "new-head is false, but the network is cut (cut-behind)")
            .entrySet()) {
      KindlingException refused =
          assertThrows(KindlingException.class, () -> NetworkDefinition.parse(wrong.getKey()));
      assertTrue(refused.getMessage().contains(wrong.getValue()), refused.getMessage());
    }
  }

  private static void assertRefused(PretrainedNetwork network, String reason) {
    assertRefused(network, four, reason);
  }

  private static void assertRefused(PretrainedNetwork network, Dataset<Row> data, String reason) {
    KindlingException refused =
        assertThrows(KindlingException.class, () -> fineTuned(network, data));
    String start = "Cannot start from the model " + network.model() + " (network.model): " + reason;
    assertTrue(refused.getMessage().startsWith(start), refused.getMessage());
    assertEquals(1, refused.getMessage().lines().count());
  }

  private static NetworkClassificationModel fineTuned(
      PretrainedNetwork network, Dataset<Row> data) {
    return classifier().setNetwork(network.definition()).fit(data);
  }

  private static NetworkClassifier classifier() {
    return new NetworkClassifier()
        .setFeaturesCol("image")
        .setWorkers(2)
        .setBatchSize(8)
        .setAveragingFrequency(2)
        .setLearningRate(0.01)
        .setL2(1e-3)
        .setEpochs(2)
        .setSeed(3);
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  private static String zip(NetworkClassificationModel model, String name) throws IOException {
    assertEquals(
        model != list, NetworkConfiguration.parse(model.artifact().configuration()).isGraph());
    return zip(model.artifact(), name);
  }

  private static String zip(NetworkArtifact artifact, String name) throws IOException {
    try (Network network =
        NetworkConfiguration.parse(artifact.configuration()).build(artifact.params().clone())) {
      File file = folder.resolve(name).toFile();
      ModelSerializer.writeModel(network.model(), file, true);
      return file.getPath();
    }
  }

  private static void assertKept(
      NetworkClassificationModel before, NetworkClassificationModel after, String... layers) {
    for (String name : layers) {
      assertArrayEquals(params(before, name), params(after, name), name);
    }
  }

  private static void assertChanged(
      NetworkClassificationModel before, NetworkClassificationModel after, String name) {
    assertEquals(params(before, name).length, params(after, name).length);
    assertFalse(Arrays.equals(params(before, name), params(after, name)), name);
  }

  private static float[] params(NetworkClassificationModel model, String layer) {
    ParamSpan span = spans(model).get(layer);
    return Arrays.copyOfRange(model.artifact().params(), span.from(), span.to());
  }

  private static Map<String, ParamSpan> spans(NetworkClassificationModel model) {
    try (Network network = NetworkConfiguration.parse(model.artifact().configuration()).build()) {
      return network.spans();
    }
  }

  /** A bright square at one of as many places as there are classes. */
  private static Dataset<Row> squares(SparkSession spark, int rows, int classes, int side) {
    Random random = new Random(5);
    List<Row> data = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      byte[] pixels = new byte[side * side];
      random.nextBytes(pixels);
      for (int j = 0; j < pixels.length; j++) {
        int quarter = (j / side * 2 / side) * 2 + (j % side) * 2 / side;
        pixels[j] = (byte) ((pixels[j] & 0x3f) + (quarter == i % classes ? 100 : 0));
      }
      data.add(
          RowFactory.create(
              ImageRows.toRow("square#" + i, new Pixels(side, side, 1, pixels)),
              (double) (i % classes)));
    }
    return spark.createDataFrame(
        data, new StructType().add("image", ImageRows.schema()).add("label", DataTypes.DoubleType));
  }

  private static Dataset<Row> tokens(SparkSession spark, int rows, int classes) {
    Random random = new Random(7);
    List<Row> data = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      List<Integer> ids = new ArrayList<>(List.of(11));
      for (int j = 1 + random.nextInt(6); j >= 0; j--) {
        ids.add(2 + random.nextInt(4) + 2 * (i % classes));
      }
      data.add(RowFactory.create(ids.toArray(new Integer[0]), (double) (i % classes)));
    }
    return spark.createDataFrame(
        data,
        new StructType()
            .add("features", DataTypes.createArrayType(DataTypes.IntegerType))
            .add("label", DataTypes.DoubleType));
  }
}
