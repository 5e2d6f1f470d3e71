/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import static io.kindling.network.Layers.layer;

import io.kindling.input.HostArrays;
import io.kindling.input.InputSpec;
import io.kindling.model.ClassTarget;
import io.kindling.network.NetworkBuilder;
import io.kindling.network.OptimizerSpec;
import io.kindling.shards.Shard;
import io.kindling.shards.ShardPlan;
import io.kindling.shards.Shards;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;

/** A small problem to train on: the first of six numbers decides among three classes. */
final class TrainingExamples {
  static final int WIDTH = 6;
  static final int CLASSES = 3;
  static final long SEED = 17;
  static final InputSpec INPUT = InputSpec.vector(WIDTH);

  private TrainingExamples() {}

  static ReplicaSpec spec(String optimizer, int batch, double dropout, double learningRate) {
    MultiLayerConfiguration configuration =
        NetworkBuilder.build(
            List.of(
                layer("dense").with("units", 12).with("activation", "tanh"),
                layer("dropout").with("rate", dropout)),
            INPUT,
            CLASSES,
            new OptimizerSpec(optimizer, learningRate, 0, 1e-3),
            SEED);
    return new ReplicaSpec(
        configuration.toJson(), INPUT, new ClassTarget(CLASSES), batch, false, null, SEED);
  }

  static JavaRDD<Shard> shards(SparkSession spark, int workers, int rows) {
    Random random = new Random(rows);
    List<Row> data = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      double[] values = random.doubles(WIDTH).toArray();
      data.add(RowFactory.create(Vectors.dense(values), (double) (int) (values[0] * CLASSES)));
    }
    Dataset<Row> read =
        spark
            .createDataFrame(
                data,
                new StructType()
                    .add("features", SQLDataTypes.VectorType())
                    .add("label", DataTypes.DoubleType))
            .repartition(2);
    return Shards.of(
        read, new ShardPlan(workers, INPUT, new ClassTarget(CLASSES), false, 0, false, SEED));
  }

  static TrainingState randomState(int params, int updaterState, long seed) {
    Random random = new Random(seed);
    float[] first = new float[params];
    float[] second = new float[updaterState];
    for (int i = 0; i < params; i++) {
      first[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < updaterState; i++) {
      second[i] = (float) random.nextGaussian();
    }
    return new TrainingState(HostArrays.toBytes(first), HostArrays.toBytes(second), 0);
  }
}
