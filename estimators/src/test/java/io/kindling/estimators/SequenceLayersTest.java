/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static io.kindling.network.Layers.layer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.input.SequenceColumn;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.network.LayerSpec;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

@ExtendWith(LocalSpark.class)
class SequenceLayersTest {
  private static final List<String> WORDS = List.of("a", "b", "c", "d", "e", "f");
  private static final LayerSpec LSTM = layer("lstm").with("units", 6);

  @TempDir Path folder;

  private Dataset<Row> texts;

  /** Texts of word c are of class 1, the others of class 0. */
  @BeforeEach
  void makeTexts(SparkSession spark) {
    Random random = new Random(2);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Integer[] tokens = new Integer[1 + random.nextInt(9)];
      Arrays.setAll(tokens, j -> 5 + random.nextInt(3));
      if (i % 2 == 1) {
        tokens[random.nextInt(tokens.length)] = 4;
      }
      rows.add(RowFactory.create(tokens, (double) (i % 2)));
    }
    texts =
        spark.createDataFrame(
            rows,
            new StructType()
                .add(
                    new StructField(
                        "features",
                        DataTypes.createArrayType(DataTypes.IntegerType),
                        true,
                        SequenceColumn.withVocabulary(Metadata.empty(), WORDS.size() + 2)))
                .add("label", DataTypes.DoubleType));
  }

  private static NetworkClassifier classifier() {
    return new NetworkClassifier()
        .setFeaturesCol("features")
        .setWorkers(2)
        .setEpochs(1)
        .setBatchSize(8)
        .setLearningRate(0.02);
  }

  private static NetworkClassifier withEmbedding(boolean trainable) {
    return classifier()
        .setLayers(
            List.of(layer("embedding").with("output-dim", 3).with("trainable", trainable), LSTM));
  }

  @Test
  void aGraphOfConvolutionsSideBySideLearnsAndScoresASequenceAsInAnyMinibatch() {
    NetworkClassificationModel model = classifier().setNetwork("text-cnn").setEpochs(4).fit(texts);
    assertEquals(10, model.graph().getNumLayers());
    List<Row> together = model.transform(texts).select("rawPrediction").collectAsList();
    model.setScoringBatchSize(1);
    List<Row> alone = model.transform(texts).select("rawPrediction").collectAsList();
    for (int i = 0; i < alone.size(); i++) {
      assertArrayEquals(
          ((Vector) alone.get(i).get(0)).toArray(),
          ((Vector) together.get(i).get(0)).toArray(),
          1e-6);
    }
    assertTrue(model.summary().loss() < 0.65, "loss " + model.summary().loss());
  }

  @Test
  void aFrozenEmbeddingKeepsTheVectorsOfItsFile() throws IOException {
    NetworkClassificationModel model = withVectors(withEmbedding(false)).fit(texts);
    INDArray weights = model.network().getLayer(0).paramTable().get("W");
    assertArrayEquals(new float[] {1, 2, 3}, weights.getRow(2).toFloatVector(), 0);
    assertArrayEquals(new float[] {7, 8, 9}, weights.getRow(4).toFloatVector(), 0);
    assertTrue(weights.getRow(3).norm2Number().doubleValue() < 0.1, "a word without one");
  }

  @Test
  void anEmbeddingStartsWithTheVectorsOfItsFileAndLearnsOn() throws IOException {
    NetworkClassificationModel model = withVectors(withEmbedding(true)).fit(texts);
    INDArray weights = model.network().getLayer(0).paramTable().get("W");
    float[] ofC = weights.getRow(4).toFloatVector();
    assertArrayEquals(new float[] {7, 8, 9}, ofC, 0.5f);
    assertFalse(Arrays.equals(new float[] {7, 8, 9}, ofC));
  }

  @Test
  void vectorsThatDoNotFitAreErrors() throws IOException {
    String file = folder.resolve("vectors.txt").toString();
    assertEquals(
        "Cannot start with the word vectors of "
            + file
            + " (network.embedding-file): its vectors have 3 numbers, the network's embedding 64 (output-dim); make these equal",
        message(withVectors(classifier().setNetwork("text-lstm"))));
    assertEquals(
        "Cannot start with the word vectors of "
            + file
            + " (network.embedding-file): 1 words are given, the vocabulary has 6; set embeddingWords to the vocabulary of the VocabularyIndexerModel that made the token ids",
        message(withVectors(withEmbedding(true)).setEmbeddingWords(List.of("a"))));
    assertEquals(
        "Cannot start both with the word vectors of "
            + file
            + " (embeddingFile (network.embedding-file)) and with the model /m (initialModel (training.initial-model)), which has its own: unset one",
        message(withVectors(withEmbedding(true)).setInitialModel("/m")));
  }

  @Test
  void aConfigurationOfBothDirectionsIsTrainedWithExactMasks() {
    NetworkClassificationModel model =
        classifier()
            .setNetwork(
                configuration(
                    new Bidirectional(
                        new LSTM.Builder().nOut(4).activation(Activation.TANH).build()),
                    new GlobalPoolingLayer.Builder(PoolingType.MAX).build()))
            .fit(texts);
    assertEquals(60, model.transform(texts).count());
  }

  @Test
  void aConfigurationThatPaddingChangesIsRefused() {
    String message =
        message(
            classifier()
                .setNetwork(
                    configuration(
                        new ZeroPadding1DLayer.Builder(0, 2).build(),
                        new GlobalPoolingLayer.Builder(PoolingType.AVG).build())));
    assertTrue(message.startsWith("Cannot "), message);
    assertTrue(message.contains("the network"), message);
  }

  @Test
  void dl4jSparkIsRefusedWhereItsLayersLetPaddingThrough() {
    assertEquals(
        "Cannot train with the engine dl4j-spark: the network has layers that let padding through there (dropout, convolution or pooling over steps, both directions) or have twice their gradient (self-attention); set the engine (training.engine) to averaging",
        message(classifier().setNetwork("text-lstm").setEngine("dl4j-spark")));
  }

  private NetworkClassifier withVectors(NetworkClassifier classifier) throws IOException {
    Path file = folder.resolve("vectors.txt");
    Files.writeString(file, "a 1 2 3\nc 7 8 9\nelsewhere 0 0 0\n");
    return classifier.setEmbeddingFile(file.toString()).setEmbeddingWords(WORDS);
  }

  private static MultiLayerConfiguration configuration(Layer... behindEmbedding) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Adam(0.02))
            .list()
            .layer(new EmbeddingSequenceLayer.Builder().nIn(8).nOut(5).build());
    for (Layer layer : behindEmbedding) {
      list.layer(layer);
    }
    return list.layer(new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build())
        .setInputType(InputType.recurrent(8))
        .build();
  }

  private String message(NetworkClassifier classifier) {
    return assertThrows(KindlingException.class, () -> classifier.fit(texts)).getMessage();
  }
}
