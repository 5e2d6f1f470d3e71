/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static io.kindling.network.Layers.activation;
import static io.kindling.network.Layers.add;
import static io.kindling.network.Layers.batchNormalization;
import static io.kindling.network.Layers.bidirectional;
import static io.kindling.network.Layers.concatenate;
import static io.kindling.network.Layers.conv1d;
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
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import io.kindling.input.SequenceColumn;
import io.kindling.model.EpochSummary;
import io.kindling.model.NetworkModel;
import io.kindling.network.LayerSpec;
import io.kindling.network.LayerTypes;
import io.kindling.network.NamedNetworks;
import io.kindling.network.NetworkDefinition;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each type of layer, and each network known by name, in a Pipeline: trained, saved, loaded. */
@ExtendWith(LocalSpark.class)
class EveryLayerTest {
  private static final int ROWS = 64;
  private static final int VOCABULARY = 12;

  @TempDir Path folder;

  /** What a network reads. */
  private enum Data {
    IMAGES,
    TOKENS,
    STEPS
  }

  private record Example(Data data, List<LayerSpec> layers) {}

  private static Map<String, Example> networks() {
    Map<String, Example> networks = new LinkedHashMap<>();
    networks.put(
        "image layers",
        images(
            layer("zero-padding2d"),
            conv2d(4, 3).with("padding", "same").with("dilation-rate", 2).with("strides", 1),
            batchNormalization(),
            activation("relu"),
            layer("spatial-dropout2d").with("rate", 0.05),
            layer("separable-conv2d")
                .with("filters", 4)
                .with("kernel-size", List.of(3, 2))
                .with("activation", "elu"),
            maxPooling2d(2),
            layer("upsampling2d"),
            layer("depthwise-conv2d").with("kernel-size", 2).with("strides", List.of(1, 2)),
            layer("average-pooling2d").with("pool-size", 2).with("strides", 1),
            layer("cropping2d").with("cropping", List.of(List.of(0, 1), List.of(1, 0))),
            flatten(),
            dropout(0.05),
            dense(8)
                .with("activation", "tanh")
                .with("kernel-initializer", "he-normal")
                .with("bias-initializer", 0.1)
                .with("kernel-regularizer", Map.of("l1", 1e-5, "l2", 1e-5))
                .with("bias-regularizer", Map.of("l2", 1e-5))
                .with("kernel-constraint", Map.of("max-norm", 3))));
    networks.put(
        "branches",
        images(
            conv2d(4, 3).with("padding", "same").with("activation", "tanh").named("a"),
            conv2d(4, 1).after("a").with("kernel-constraint", "unit-norm").named("b"),
            add("a", "b").named("sum"),
            layer("subtract").after("a", "b").named("difference"),
            layer("multiply").after("a", "b").named("product"),
            layer("average").after("a", "b").named("mean"),
            layer("maximum").after("a", "b").named("most"),
            concatenate("sum", "difference", "product", "mean", "most").named("all"),
            layer("global-average-pooling2d").named("averages"),
            layer("global-max-pooling2d").after("all").named("maxima"),
            concatenate("averages", "maxima")));
    networks.put(
        "rows of an image as steps",
        images(
            layer("reshape").with("target-shape", List.of(8, -1)),
            lstm(8).with("recurrent-initializer", "glorot-normal").with("unit-forget-bias", true)));
    networks.put(
        "sequence layers",
        new Example(
            Data.TOKENS,
            List.of(
                embedding(6),
                layer("spatial-dropout1d").with("rate", 0.05),
                bidirectional(layer("simple-rnn").with("units", 4).with("return-sequences", true)),
                conv1d(6, 3).with("padding", "causal").with("activation", "tanh"),
                layer("max-pooling1d").with("strides", 1),
                layer("self-attention").with("units", 6).with("heads", 2),
                layer("average-pooling1d").with("strides", 1),
                layer("simple-rnn").with("units", 5).with("return-sequences", true),
                lstm(6).with("return-sequences", true),
                layer("last-step"))));
    networks.put(
        "pooled steps",
        new Example(
            Data.STEPS,
            List.of(
                dense(5).with("activation", "relu").named("each"),
                layer("global-average-pooling1d").named("averages"),
                layer("global-max-pooling1d").after("each").named("maxima"),
                concatenate("averages", "maxima"))));
    return networks;
  }

  private static Example images(LayerSpec... layers) {
    return new Example(Data.IMAGES, List.of(layers));
  }

  static Stream<String> names() {
    return networks().keySet().stream();
  }

  @Test
  void noTypeIsLeftOut() {
    assertEquals(
        new TreeSet<>(LayerTypes.names()),
        networks().values().stream()
            .flatMap(example -> example.layers().stream())
            .map(LayerSpec::type)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void aLayerTrainsInAPipelineAndIsSavedAndLoaded(String name) {
    Example example = networks().get(name);
    trainsAndIsSaved(example.data(), NetworkDefinition.of(example.layers()), 0.02);
  }

  static List<String> zoo() {
    return NamedNetworks.names();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("zoo")
  void aNetworkKnownByNameTrains(String name) {
    Data data =
        name.startsWith("text-")
            ? Data.TOKENS
            : name.startsWith("sequence-") ? Data.STEPS : Data.IMAGES;
    trainsAndIsSaved(data, NetworkDefinition.named(name), 0.002);
  }

  private void trainsAndIsSaved(Data data, NetworkDefinition network, double learningRate) {
    Dataset<Row> rows = rows(LocalSpark.session(), data);
    NetworkClassifier classifier =
        new NetworkClassifier()
            .setFeaturesCol("features")
            .setNetwork(network)
            .setLearningRate(learningRate)
            .setBatchSize(8)
            .setWorkers(2)
            .setAveragingFrequency(2)
            .setEpochs(3);
    String definition = folder.resolve("definition").toString();
    String saved = folder.resolve("model").toString();
    PipelineModel model;
    try {
      new Pipeline().setStages(new PipelineStage[] {classifier}).write().save(definition);
      model = Pipeline.load(definition).fit(rows);
      model.write().save(saved);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<EpochSummary> epochs = ((NetworkModel<?>) model.stages()[0]).summary().history();
    assertTrue(
        epochs.get(2).loss() < epochs.get(0).loss(),
        "losses " + epochs.stream().map(EpochSummary::loss).toList());
    List<Row> before = model.transform(rows).select("rawPrediction").collectAsList();
    List<Row> after =
        PipelineModel.load(saved).transform(rows).select("rawPrediction").collectAsList();
    assertEquals(ROWS, before.size());
    for (int i = 0; i < ROWS; i++) {
      assertArrayEquals(
          ((Vector) before.get(i).get(0)).toArray(), ((Vector) after.get(i).get(0)).toArray());
    }
  }

  /** Two classes, told apart by what there is more of in the first half. */
  private static Dataset<Row> rows(SparkSession spark, Data data) {
    Random random = new Random(5);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      int label = i % 2;
      rows.add(
          RowFactory.create(
              switch (data) {
                case IMAGES -> image(random, label, i);
                case TOKENS -> tokens(random, label);
                case STEPS -> steps(random, label);
              },
              (double) label));
    }
    StructField features =
        switch (data) {
          case IMAGES -> new StructField("features", ImageRows.schema(), true, Metadata.empty());
          case TOKENS ->
              new StructField(
                  "features",
                  DataTypes.createArrayType(DataTypes.IntegerType),
                  true,
                  SequenceColumn.withVocabulary(Metadata.empty(), VOCABULARY));
          case STEPS ->
              new StructField(
                  "features",
                  DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType)),
                  true,
                  Metadata.empty());
        };
    return spark.createDataFrame(
        rows, new StructType().add(features).add("label", DataTypes.DoubleType));
  }

  private static Row image(Random random, int label, int number) {
    int size = 20;
    byte[] pixels = new byte[size * size * 3];
    for (int i = 0; i < pixels.length; i++) {
      boolean bright = label == 1 ^ i >= pixels.length / 2;
      pixels[i] = (byte) (random.nextInt(100) + (bright ? 120 : 20));
    }
    return ImageRows.toRow("image#" + number, new Pixels(size, size, 3, pixels));
  }

  private static List<Integer> tokens(Random random, int label) {
    List<Integer> tokens = new ArrayList<>();
    for (int i = 0; i < 6 + random.nextInt(4); i++) {
      tokens.add(2 + 5 * label + random.nextInt(VOCABULARY - 7));
    }
    return tokens;
  }

  private static List<List<Float>> steps(Random random, int label) {
    List<List<Float>> steps = new ArrayList<>();
    for (int i = 0; i < 6 + random.nextInt(4); i++) {
      steps.add(List.of((float) random.nextGaussian() + label, random.nextFloat()));
    }
    return steps;
  }
}
