/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kindling.input.HostArrays;
import io.kindling.input.InputSpec;
import io.kindling.input.NetworkInput;
import io.kindling.network.LayerSpec;
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
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Averaging held against plain DL4J. */
@ExtendWith(LocalSpark.class)
class EquivalenceTest {
  private static final int WIDTH = 6;
  private static final int CLASSES = 3;
  private static final long SEED = 17;
  private static final int BATCH = 8;
  private static final int EPOCHS = 2;
  private static final InputSpec INPUT = InputSpec.vector(WIDTH);

  @Test
  void oneWorkerIsPlainFitToTheBit(SparkSession spark) {
    ReplicaSpec spec = spec("adam", BATCH, 0.2);
    JavaRDD<Shard> shards = shards(spark, 1, 61);
    TrainingState averaged = train(spark, spec, shards, 3);

    ExampleStore store = shards.first().training();
    MultiLayerNetwork network = plainNetwork(spec);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      int[] order = EpochOrder.of(store.size(), Seeds.mix(SEED, 0, epoch, 3));
      for (int start = 0; start < order.length; start += BATCH) {
        List<int[]> batch = List.of(slice(order, start, BATCH));
        Nd4j.getRandom().setSeed(Seeds.mix(SEED, 0, network.getIterationCount()));
        fit(network, List.of(store), batch);
      }
      network.incrementEpochCount();
    }
    assertArrayEquals(HostArrays.floats(network.params()), HostArrays.toFloats(averaged.params()));
    assertArrayEquals(
        HostArrays.floats(network.updaterState()), HostArrays.toFloats(averaged.updaterState()));
    assertEquals(network.getIterationCount(), averaged.iterations());
  }

  @Test
  void threeWorkersAtFrequencyOneWithSgdAreOneNetworkWithThriceTheBatch(SparkSession spark) {
    ReplicaSpec spec = spec("sgd", BATCH, 0);
    JavaRDD<Shard> shards = shards(spark, 3, 100);
    TrainingState averaged = train(spark, spec, shards, 1);

    List<ExampleStore> stores = new ArrayList<>();
    for (Shard shard : shards.collect()) {
      stores.add(shard.training());
    }
    MultiLayerNetwork network = plainNetwork(spec);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      List<int[]> orders = new ArrayList<>();
      int longest = 0;
      for (int worker = 0; worker < stores.size(); worker++) {
        orders.add(EpochOrder.of(stores.get(worker).size(), Seeds.mix(SEED, worker, epoch, 3)));
        longest = Math.max(longest, stores.get(worker).size());
      }
      for (int start = 0; start < longest; start += BATCH) {
        List<int[]> batch = new ArrayList<>();
        for (int[] order : orders) {
          batch.add(slice(order, start, BATCH));
        }
        fit(network, stores, batch);
      }
    }
    assertArrayEquals(
        HostArrays.floats(network.params()), HostArrays.toFloats(averaged.params()), 2e-6f);
  }

  @Test
  void theSameSeedAndWorkersGiveTheSameModel(SparkSession spark) {
    ReplicaSpec spec = spec("adam", BATCH, 0.2);
    byte[] first = train(spark, spec, shards(spark, 3, 100), 2).params();
    byte[] second = train(spark, spec, shards(spark, 3, 100), 2).params();
    assertArrayEquals(first, second);
  }

  private static TrainingState train(
      SparkSession spark, ReplicaSpec spec, JavaRDD<Shard> shards, int frequency) {
    return new AveragingTrainer(
            JavaSparkContext.fromSparkContext(spark.sparkContext()),
            spec,
            EPOCHS,
            Averaging.every(frequency),
            new TrainingListener() {})
        .train(shards, new Replica(spec).state())
        .state();
  }

  private static ReplicaSpec spec(String optimizer, int batch, double dropout) {
    MultiLayerConfiguration configuration =
        NetworkBuilder.build(
            LayerSpec.listOf(
                List.of(
                    Map.of("type", "dense", "units", 12, "activation", "tanh"),
                    Map.of("type", "dropout", "rate", dropout))),
            INPUT,
            CLASSES,
            new OptimizerSpec(optimizer, 0.05, 0, 1e-3),
            SEED);
    return new ReplicaSpec(configuration.toJson(), INPUT, CLASSES, batch, null, SEED);
  }

  private static MultiLayerNetwork plainNetwork(ReplicaSpec spec) {
    NativeRuntime.start();
    MultiLayerNetwork network =
        new MultiLayerNetwork(MultiLayerConfiguration.fromJson(spec.configuration()));
    network.init();
    return network;
  }

  private static void fit(MultiLayerNetwork network, List<ExampleStore> stores, List<int[]> batch) {
    int examples = batch.stream().mapToInt(part -> part.length).sum();
    float[] features = new float[examples * WIDTH];
    float[] labels = new float[examples * CLASSES];
    NetworkInput input = new NetworkInput(INPUT);
    int place = 0;
    for (int part = 0; part < stores.size(); part++) {
      for (int index : batch.get(part)) {
        ExampleStore store = stores.get(part);
        input.decode(store.bytes(index), store.offset(index), features, place * WIDTH);
        labels[place * CLASSES + (int) store.label(index)] = 1;
        place++;
      }
    }
    INDArray x = Nd4j.createFromArray(features).reshape('c', examples, WIDTH);
    INDArray y = Nd4j.createFromArray(labels).reshape('c', examples, CLASSES);
    network.fit(x, y);
  }

  private static int[] slice(int[] order, int start, int length) {
    int from = Math.min(start, order.length);
    return java.util.Arrays.copyOfRange(order, from, Math.min(from + length, order.length));
  }

  private static JavaRDD<Shard> shards(SparkSession spark, int workers, int rows) {
    Random random = new Random(rows);
    List<Row> data = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      double[] values = random.doubles(WIDTH).toArray();
      data.add(RowFactory.create(Vectors.dense(values), (double) (int) (values[0] * CLASSES)));
    }
    Dataset<Row> rowsRead =
        spark.createDataFrame(
            spark
                .sparkContext()
                .parallelize(
                    scala.collection.JavaConverters.asScalaBuffer(data).toSeq(),
                    2,
                    scala.reflect.ClassTag$.MODULE$.apply(Row.class)),
            new StructType()
                .add("features", SQLDataTypes.VectorType())
                .add("label", DataTypes.DoubleType));
    return Shards.of(rowsRead, new ShardPlan(workers, INPUT, CLASSES, false, 0, false, SEED));
  }
}
