/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.input.SequenceColumn;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.testkit.LocalSpark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;

@ExtendWith(LocalSpark.class)
class SequenceClassifierTest {
  private static final int VOCABULARY = 12;
  private static final int UNITS = 8;

  /** Whether 2 comes before 3 somewhere among other tokens: what a bag of words cannot tell. */
  private static List<Row> texts(int count) {
    Random random = new Random(7);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Integer> tokens = new ArrayList<>();
      int length = 2 + random.nextInt(15);
      for (int j = 0; j < length - 2; j++) {
        tokens.add(4 + random.nextInt(VOCABULARY - 4));
      }
      int first = random.nextInt(tokens.size() + 1);
      tokens.add(first, i % 2 == 0 ? 2 : 3);
      tokens.add(first + 1 + random.nextInt(tokens.size() - first), i % 2 == 0 ? 3 : 2);
      rows.add(RowFactory.create(tokens.toArray(new Integer[0]), (double) (i % 2)));
    }
    return rows;
  }

  private static Dataset<Row> frame(SparkSession spark, List<Row> rows, DataType type) {
    return spark.createDataFrame(
        rows, new StructType().add("features", type).add("label", DataTypes.DoubleType));
  }

  private static Dataset<Row> texts(SparkSession spark, List<Row> rows) {
    return frame(spark, rows, DataTypes.createArrayType(DataTypes.IntegerType));
  }

  private static MultiLayerConfiguration network(Layer... first) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(0.02)).list();
    for (Layer layer : first) {
      list.layer(layer);
    }
    return list.layer(
            new OutputLayer.Builder().nIn(UNITS).nOut(2).activation(Activation.SOFTMAX).build())
        .build();
  }

  private static NetworkClassifier onTokens() {
    return new NetworkClassifier()
        .setFeaturesCol("features")
        .setNetwork(
            network(
                new EmbeddingSequenceLayer.Builder().nIn(VOCABULARY).nOut(UNITS).build(),
                new LastTimeStep(
                    new LSTM.Builder().activation(Activation.TANH).nIn(UNITS).nOut(UNITS).build())))
        .setBatchSize(16)
        .setWorkers(2)
        .setAveragingFrequency(2)
        .setEpochs(20);
  }

  @Test
  void textsAreToldApartByTheOrderOfTheirWords(SparkSession spark) {
    Dataset<Row> data = texts(spark, texts(400));
    NetworkClassificationModel model = onTokens().setValidationFraction(0.2).fit(data);
    assertTrue(model.summary().validation().get("accuracy") > 0.9, model.summary().toString());
    assertEquals(20 * model.summary().examples(), model.summary().examplesTrained());
  }

  @Test
  void paddingChangesNoPredictionWhereverItIsAndWhateverIsBesideIt(SparkSession spark) {
    List<Row> rows = texts(100);
    NetworkClassificationModel model = onTokens().setEpochs(2).fit(texts(spark, rows));
    List<Row> padded = new ArrayList<>();
    Random random = new Random(3);
    for (Row row : rows) {
      List<Integer> tokens = new ArrayList<>(Arrays.asList((Integer[]) row.get(0)));
      tokens.addAll(0, Collections.nCopies(random.nextInt(3), SequenceColumn.PADDING_ID));
      tokens.addAll(Collections.nCopies(random.nextInt(50), SequenceColumn.PADDING_ID));
      padded.add(RowFactory.create(tokens.toArray(new Integer[0]), 0.0));
    }
    double[][] expected = probabilities(model, texts(spark, rows));
    assertClose(expected, probabilities(model, texts(spark, padded)));
    assertClose(
        expected,
        probabilities(
            model.copy(org.apache.spark.ml.param.ParamMap.empty()).setScoringBatchSize(1),
            texts(spark, padded)));
  }

  @Test
  void aPaddedStructIsTheSequenceThatItTellsOf(SparkSession spark) {
    List<Row> rows = texts(60);
    NetworkClassificationModel model = onTokens().setEpochs(1).fit(texts(spark, rows));
    List<Row> structs = new ArrayList<>();
    for (Row row : rows) {
      Integer[] tokens = (Integer[]) row.get(0);
      List<Integer> values = new ArrayList<>(Arrays.asList(tokens));
      values.addAll(0, List.of(5, 6));
      values.add(7);
      structs.add(
          RowFactory.create(
              RowFactory.create(values.toArray(new Integer[0]), 2, tokens.length),
              row.getDouble(1)));
    }
    Dataset<Row> padded = frame(spark, structs, SequenceColumn.structType(DataTypes.IntegerType));
    assertClose(probabilities(model, texts(spark, rows)), probabilities(model, padded));
    assertArrayEquals(
        model.artifact().params(), onTokens().setEpochs(1).fit(padded).artifact().params());
  }

  @Test
  void theVocabularyComesFromTheColumnsMetadata(SparkSession spark) {
    Dataset<Row> data = texts(spark, texts(40));
    Metadata known = SequenceColumn.withVocabulary(Metadata.empty(), VOCABULARY + 1);
    Dataset<Row> told =
        data.withColumn("features", functions.col("features").as("features", known));
    assertEquals(
        "Cannot train: the network's first layer takes 12 inputs, but the data has sequences of token ids below 13",
        assertThrows(KindlingException.class, () -> onTokens().fit(told)).getMessage());
  }

  @Test
  void idsOfAnotherVocabularyAreNotScored(SparkSession spark) {
    Dataset<Row> data = texts(spark, texts(40));
    NetworkClassificationModel model = onTokens().setEpochs(1).fit(data);
    Metadata other = SequenceColumn.withVocabulary(Metadata.empty(), VOCABULARY - 1);
    Dataset<Row> told =
        data.withColumn("features", functions.col("features").as("features", other));
    assertEquals(
        "Cannot feed the network: column features has token ids of a vocabulary of 11, but the network knows one of 12; they are other words",
        assertThrows(KindlingException.class, () -> model.transform(told)).getMessage());
  }

  @Test
  void aTokenThatTheNetworkDoesNotKnowIsABadRow(SparkSession spark) {
    NetworkClassificationModel model = onTokens().setEpochs(1).fit(texts(spark, texts(40)));
    List<Row> rows =
        List.of(
            RowFactory.create(new Integer[] {2, 3}, 0.0),
            RowFactory.create(new Integer[] {2, VOCABULARY}, 0.0),
            RowFactory.create(null, 0.0),
            RowFactory.create(new Integer[0], 0.0),
            RowFactory.create(new Integer[] {0, 0}, 0.0),
            RowFactory.create(new Integer[] {SequenceColumn.UNKNOWN_ID}, 0.0));
    List<Row> scored =
        model
            .setProblemCol("problem")
            .transform(texts(spark, rows))
            .select("problem", "probability")
            .collectAsList();
    assertEquals(
        Arrays.asList(
            null,
            "token 1 is 12, but the network knows 12 ids, from 0 on",
            "no input (null)",
            null,
            null,
            null),
        scored.stream().map(row -> row.getString(0)).toList());
    assertEquals(scored.get(5).get(1), scored.get(3).get(1));
    assertEquals(scored.get(5).get(1), scored.get(4).get(1));
  }

  @Test
  void timeSeriesOfDifferentLengthsAreToldApart(SparkSession spark) {
    Random random = new Random(5);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int length = 5 + random.nextInt(20);
      double phase = random.nextDouble() * 6;
      double frequency = i % 2 == 0 ? 0.5 : 1.2;
      Object[] steps = new Object[length];
      for (int t = 0; t < length; t++) {
        steps[t] = new Double[] {Math.sin(phase + frequency * t), random.nextGaussian() / 5};
      }
      rows.add(RowFactory.create(steps, (double) (i % 2)));
    }
    Dataset<Row> data =
        frame(
            spark,
            rows,
            DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.DoubleType)));
    NetworkClassificationModel model =
        new NetworkClassifier()
            .setFeaturesCol("features")
            .setNetwork(
                network(
                    new LSTM.Builder().activation(Activation.TANH).nIn(2).nOut(UNITS).build(),
                    new LastTimeStep(
                        new LSTM.Builder()
                            .activation(Activation.TANH)
                            .nIn(UNITS)
                            .nOut(UNITS)
                            .build())))
            .setBatchSize(16)
            .setWorkers(2)
            .setEpochs(20)
            .setValidationFraction(0.2)
            .fit(data);
    assertTrue(model.summary().validation().get("accuracy") > 0.85, model.summary().toString());
    Row ragged = RowFactory.create(new Object[] {new Double[] {1.0, 2.0}, new Double[] {1.0}}, 0.0);
    assertTrue(
        assertThrows(
                Exception.class,
                () ->
                    model
                        .transform(
                            data.sparkSession().createDataFrame(List.of(ragged), data.schema()))
                        .collect())
            .getMessage()
            .contains("step 1 has 1 values, but the network takes sequences of steps of 2"));
  }

  private static double[][] probabilities(NetworkClassificationModel model, Dataset<Row> rows) {
    return model.transform(rows).select("probability").collectAsList().stream()
        .map(row -> row.<Vector>getAs(0).toArray())
        .toArray(double[][]::new);
  }

  private static void assertClose(double[][] expected, double[][] found) {
    assertEquals(expected.length, found.length);
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], found[i], 1e-6);
    }
  }
}
