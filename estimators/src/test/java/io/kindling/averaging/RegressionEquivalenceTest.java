/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import static io.kindling.network.Layers.layer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kindling.input.ExampleBuffer;
import io.kindling.input.HostArrays;
import io.kindling.input.InputSpec;
import io.kindling.input.NetworkInput;
import io.kindling.model.Loss;
import io.kindling.model.NumberTarget;
import io.kindling.network.GradientClipping;
import io.kindling.network.Head;
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
import java.util.Random;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The averaging of regressions held against plain DL4J. */
@ExtendWith(LocalSpark.class)
class RegressionEquivalenceTest {
  private static final int WIDTH = 4;
  private static final int BATCH = 8;
  private static final int EPOCHS = 3;
  private static final long SEED = 5;
  private static final InputSpec INPUT = InputSpec.vector(WIDTH);

  @ParameterizedTest
  @EnumSource(names = {"MSE", "MAE"})
  void oneWorkerIsPlainFitToTheBitWithItsLossInTheLabelsUnit(Loss loss, SparkSession spark) {
    NativeRuntime.start();
    NumberTarget target = new NumberTarget(loss, 300, 20);
    ReplicaSpec spec =
        new ReplicaSpec(configuration(target).toJson(), INPUT, target, BATCH, false, null, SEED);
    JavaRDD<Shard> shards =
        Shards.of(
            spark.createDataFrame(
                rows(61),
                new StructType()
                    .add("features", SQLDataTypes.VectorType())
                    .add("label", DataTypes.DoubleType)),
            new ShardPlan(1, INPUT, target, false, 0, false, SEED));
    TrainingState initial;
    try (Replica replica = new Replica(spec)) {
      initial = replica.state();
    }
    TrainingResult averaged =
        new AveragingTrainer(
                JavaSparkContext.fromSparkContext(spark.sparkContext()),
                spec,
                EPOCHS,
                Averaging.every(3),
                new TrainingListener() {})
            .train(shards, initial);

    ExampleStore store = shards.first().training();
    MultiLayerNetwork network =
        new MultiLayerNetwork(MultiLayerConfiguration.fromJson(spec.configuration()));
    network.init();
    double lossSum = 0;
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      lossSum = 0;
      int[] order = EpochOrder.of(store.size(), Seeds.mix(SEED, 0, epoch, 3));
      for (int start = 0; start < order.length; start += BATCH) {
        DataSet batch = batch(store, order, start, Math.min(start + BATCH, order.length));
        network.fit(batch);
        lossSum += network.score() * batch.numExamples();
      }
    }
    assertArrayEquals(
        HostArrays.floats(network.params()), HostArrays.toFloats(averaged.state().params()));
    double unit = loss == Loss.MSE ? 400 : 20;
    assertEquals(unit * lossSum / store.size(), averaged.summary().loss(), 1e-6 * unit);
  }

  private static MultiLayerConfiguration configuration(NumberTarget target) {
    return NetworkBuilder.build(
        List.of(layer("dense").with("units", 12).with("activation", "tanh")),
        INPUT,
        Head.of(target),
        new OptimizerSpec("adam", 0.01, 0, 0),
        GradientClipping.NONE,
        SEED);
  }

  private static List<Row> rows(int count) {
    Random random = new Random(count);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] values = random.doubles(WIDTH).toArray();
      rows.add(RowFactory.create(Vectors.dense(values), 300 + 50 * (values[0] - values[1])));
    }
    return rows;
  }

  private static DataSet batch(ExampleStore store, int[] order, int from, int to) {
    float[] features = new float[(to - from) * WIDTH];
    float[] labels = new float[to - from];
    NetworkInput input = new NetworkInput(INPUT);
    ExampleBuffer encoded = new ExampleBuffer();
    for (int i = 0; i < labels.length; i++) {
      store.read(order[from + i], encoded);
      input.decode(encoded.bytes(), 0, 1, features, i * WIDTH, 1);
      labels[i] = store.label(order[from + i]);
    }
    return new DataSet(
        Nd4j.createFromArray(features).reshape('c', labels.length, WIDTH),
        Nd4j.createFromArray(labels).reshape('c', labels.length, 1));
  }
}
