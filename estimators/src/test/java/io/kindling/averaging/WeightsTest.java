/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import static io.kindling.network.Layers.layer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kindling.data.KindlingException;
import io.kindling.estimators.NetworkClassifier;
import io.kindling.input.ExampleBuffer;
import io.kindling.input.HostArrays;
import io.kindling.input.InputSpec;
import io.kindling.input.NetworkInput;
import io.kindling.model.ClassTarget;
import io.kindling.network.NetworkBuilder;
import io.kindling.network.OptimizerSpec;
import io.kindling.runtime.NativeRuntime;
import io.kindling.shards.ExampleStore;
import io.kindling.shards.Seeds;
import io.kindling.shards.Shard;
import io.kindling.shards.ShardPlan;
import io.kindling.shards.Shards;
import io.kindling.testkit.LocalSpark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Weights of rows and classes, held against plain DL4J. */
@ExtendWith(LocalSpark.class)
class WeightsTest {
  private static final int WIDTH = 4;
  private static final int CLASSES = 3;
  private static final int BATCH = 8;
  private static final int ROWS = 53;
  private static final long SEED = 5;
  private static final InputSpec INPUT = InputSpec.vector(WIDTH);

  @Test
  void aRowOfWeightTwoCountsAsMuchAsTwoRows(SparkSession spark) {
    JavaRDD<Shard> shards = Shards.of(rows(spark), plan(true));
    TrainingResult result = train(spark, shards, "sgd", 0.3);

    MultiLayerNetwork network = network("sgd", 1);
    try (Shard shard = shards.first()) {
      for (Batch batch : batches(shard.training())) {
        // DL4J divides by the rows of the minibatch, of which these have more.
        int[] repeated = repeated(batch.weights);
        network.setLearningRate(0.3 * repeated.length / batch.features.size(0));
        network.fit(batch.features.getRows(repeated), batch.labels.getRows(repeated));
      }
    }
    assertArrayEquals(
        HostArrays.floats(network.params()), HostArrays.toFloats(result.state().params()), 2e-6f);
  }

  @Test
  void theReportedLossIsTheSumOfWeightTimesLossOverTheExamples(SparkSession spark) {
    JavaRDD<Shard> shards = Shards.of(rows(spark), plan(true));
    MultiLayerNetwork network = network("sgd", 1e-30);
    double loss = 0;
    try (Shard shard = shards.first()) {
      for (Batch batch : batches(shard.training())) {
        INDArray output = network.output(batch.features, false);
        for (int i = 0; i < output.size(0); i++) {
          int label = batch.labels.getRow(i).argMax().getInt(0);
          loss -= batch.weights.getDouble(i, 0) * Math.log(output.getDouble(i, label));
        }
      }
    }
    assertEquals(loss / ROWS, train(spark, shards, "sgd", 1e-30).summary().loss(), 1e-5);
  }

  @Test
  void classWeightsAreTheWeightsOfTheirRows(SparkSession spark) {
    Dataset<Row> rows = rows(spark);
    double[] byClass =
        fit(rows.drop("weight"), classifier -> classifier.setClassWeights(0.5, 2, 3).setWorkers(2));
    double[] byRow =
        fit(
            rows.withColumn("weight", functions.expr("array(0.5D, 2D, 3D)[int(label)]")),
            classifier -> classifier.setWeightCol("weight").setWorkers(2));
    assertArrayEquals(byClass, byRow);
    double[] both =
        fit(
            rows.withColumn("weight", functions.expr("array(0.25D, 2D, 3D)[int(label)]")),
            classifier -> classifier.setWeightCol("weight").setClassWeights(2, 1, 1).setWorkers(2));
    assertArrayEquals(byRow, both);
  }

  @Test
  void aRowOfWeightZeroTeachesNothing(SparkSession spark) {
    Dataset<Row> rows = rows(spark).withColumn("weight", functions.expr("int(label) % 2"));
    Dataset<Row> others =
        rows.withColumn("label", functions.expr("if(weight = 0, 2 - label, label)"));
    UnaryOperator<NetworkClassifier> weighted = classifier -> classifier.setWeightCol("weight");
    assertArrayEquals(fit(rows, weighted), fit(others, weighted));
  }

  @Test
  void weightsOfOneAreNoWeights(SparkSession spark) {
    assertArrayEquals(
        fit(rows(spark), classifier -> classifier),
        fit(
            rows(spark).withColumn("weight", functions.lit(1)),
            classifier -> classifier.setWeightCol("weight")),
        1e-6);
  }

  @Test
  void aBadWeightIsABadRow(SparkSession spark) {
    Map<String, String> reasons =
        Map.of(
            "-1D", "weight -1.0 is not a finite number of 0 or more",
            "double('NaN')", "weight NaN is not a finite number of 0 or more",
            "1e300D", "weight 1.0E300 is not a finite number of 0 or more",
            "cast(null as double)", "no weight (null)");
    reasons.forEach(
        (weight, reason) -> {
          Dataset<Row> rows =
              rows(spark)
                  .withColumn("weight", functions.expr("if(origin = 'row 7', " + weight + ", 1D)"));
          assertEquals(
              "Cannot train on row row 7: " + reason,
              failure(rows, classifier -> classifier.setWeightCol("weight")));
          assertEquals(
              1,
              classifier()
                  .setWeightCol("weight")
                  .setHandleInvalid("skip")
                  .fit(rows)
                  .summary()
                  .examplesSkipped());
        });
  }

  @Test
  void weightsThatDoNotFitTheDataAreOneClearError(SparkSession spark) {
    Dataset<Row> rows = rows(spark);
    assertEquals(
        "Cannot train: there is no weight column w (prepare writes none); there are features, label, weight, origin",
        failure(rows, classifier -> classifier.setWeightCol("w")));
    assertEquals(
        "Cannot train: weight column origin must be numeric, but is string",
        failure(rows, classifier -> classifier.setWeightCol("origin")));
    assertEquals(
        "Cannot train: classWeights has 2 numbers, but the labels have 3 classes",
        failure(rows, classifier -> classifier.setClassWeights(1, 2)));
    assertEquals(
        "Cannot train: classWeights must be finite numbers of 0 or more, but has -2.0",
        failure(rows, classifier -> classifier.setClassWeights(1, -2, 1)));
  }

  /** A minibatch as plain DL4J takes it. */
  private record Batch(INDArray features, INDArray labels, INDArray weights) {}

  private static List<Batch> batches(ExampleStore store) {
    NetworkInput input = new NetworkInput(INPUT);
    int[] order = EpochOrder.of(store.size(), Seeds.mix(SEED, 0, 0, 3));
    List<Batch> batches = new ArrayList<>();
    for (int start = 0; start < order.length; start += BATCH) {
      int examples = Math.min(BATCH, order.length - start);
      float[] features = new float[examples * WIDTH];
      float[] labels = new float[examples * CLASSES];
      float[] weights = new float[examples];
      ExampleBuffer encoded = new ExampleBuffer();
      for (int i = 0; i < examples; i++) {
        int index = order[start + i];
        store.read(index, encoded);
        input.decode(encoded.bytes(), 0, 1, features, i * WIDTH, 1);
        labels[i * CLASSES + (int) store.label(index)] = 1;
        weights[i] = store.weight(index);
      }
      batches.add(
          new Batch(
              Nd4j.createFromArray(features).reshape('c', examples, WIDTH),
              Nd4j.createFromArray(labels).reshape('c', examples, CLASSES),
              Nd4j.createFromArray(weights).reshape('c', examples, 1)));
    }
    return batches;
  }

  /** Each index as often as its weight says. */
  private static int[] repeated(INDArray weights) {
    return IntStream.range(0, (int) weights.length())
        .flatMap(i -> IntStream.generate(() -> i).limit((int) weights.getFloat(i)))
        .toArray();
  }

  private static MultiLayerConfiguration configuration(String optimizer, double rate) {
    return NetworkBuilder.build(
        List.of(layer("dense").with("units", 6).with("activation", "tanh")),
        INPUT,
        CLASSES,
        new OptimizerSpec(optimizer, rate, 0, 0),
        SEED);
  }

  private static MultiLayerNetwork network(String optimizer, double rate) {
    NativeRuntime.start();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration(optimizer, rate));
    network.init();
    return network;
  }

  private static ShardPlan plan(boolean weighted) {
    return new ShardPlan(
        1, INPUT, new ClassTarget(CLASSES), false, 0, weighted, List.of(), false, SEED);
  }

  private static TrainingResult train(
      SparkSession spark, JavaRDD<Shard> shards, String optimizer, double rate) {
    ReplicaSpec spec =
        new ReplicaSpec(
            configuration(optimizer, rate).toJson(),
            INPUT,
            new ClassTarget(CLASSES),
            BATCH,
            false,
            null,
            SEED);
    return new AveragingTrainer(
            JavaSparkContext.fromSparkContext(spark.sparkContext()),
            spec,
            1,
            Averaging.every(3),
            new TrainingListener() {})
        .train(shards, new Replica(spec).state());
  }

  private static NetworkClassifier classifier() {
    return new NetworkClassifier()
        .setFeaturesCol("features")
        .setNetwork(configuration("adam", 0.05))
        .setEpochs(2)
        .setBatchSize(BATCH)
        .setWorkers(1);
  }

  private static double[] fit(Dataset<Row> rows, UnaryOperator<NetworkClassifier> settings) {
    Row first =
        settings.apply(classifier()).fit(rows).transform(rows).select("rawPrediction").first();
    return ((org.apache.spark.ml.linalg.Vector) first.get(0)).toArray();
  }

  private static String failure(Dataset<Row> rows, UnaryOperator<NetworkClassifier> settings) {
    return assertThrows(KindlingException.class, () -> settings.apply(classifier()).fit(rows))
        .getMessage();
  }

  private static Dataset<Row> rows(SparkSession spark) {
    Random random = new Random(3);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      double[] values = random.doubles(WIDTH).toArray();
      rows.add(
          RowFactory.create(
              Vectors.dense(values), (double) (i % CLASSES), (double) (i % 4), "row " + i));
    }
    return spark
        .createDataFrame(
            rows,
            new StructType()
                .add("features", SQLDataTypes.VectorType())
                .add("label", DataTypes.DoubleType)
                .add("weight", DataTypes.DoubleType)
                .add("origin", DataTypes.StringType))
        .coalesce(1);
  }
}
