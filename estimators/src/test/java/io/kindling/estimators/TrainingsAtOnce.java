/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.averaging.TaskSlots;
import io.kindling.network.Layers;
import io.kindling.runtime.NativeRuntime;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Two trainings one after the other and at once, each in a pool of its own. Prints in a line
 * whether the models are the same, the pools, the most tasks at once, and a task's threads.
 */
final class TrainingsAtOnce {
  private TrainingsAtOnce() {}

  /** A training of two workers with dropout and Adam; the model's parameters. */
  static float[] train(Dataset<Row> points, long seed, String rounds) {
    return new NetworkClassifier()
        .setFeaturesCol("features")
        .setLayers(
            List.of(
                Layers.dense(12).with("activation", "relu"),
                Layers.dropout(0.3),
                Layers.dense(8).with("activation", "tanh")))
        .setOptimizer("adam")
        .setSeed(seed)
        .setWorkers(2)
        .setEpochs(6)
        .setBatchSize(8)
        .setAveragingFrequency(2)
        .setRounds(rounds)
        .fit(points)
        .artifact()
        .params();
  }

  private static float[] trainInPool(SparkSession spark, long seed, String rounds) {
    spark.sparkContext().setLocalProperty("spark.scheduler.pool", "pool" + seed);
    return train(Vectors2d.clouds(spark, 300, 2), seed, rounds);
  }

  /** The pools of stages. */
  private static final class Pools extends SparkListener {
    private final Set<String> names = ConcurrentHashMap.newKeySet();

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted stage) {
      names.add(stage.properties().getProperty("spark.scheduler.pool", "default"));
    }
  }

  /** The application, set up by system properties; the argument says how rounds are run. */
  public static void main(String[] arguments) throws Exception {
    SparkSession spark = SparkSession.builder().appName("trainings-at-once").getOrCreate();
    String rounds = arguments[0];
    float[] first = trainInPool(spark, 1, rounds);
    float[] second = trainInPool(spark, 2, rounds);
    Pools pools = new Pools();
    spark.sparkContext().addSparkListener(pools);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    Future<float[]> firstAtOnce = threads.submit(() -> trainInPool(spark, 1, rounds));
    Future<float[]> secondAtOnce = threads.submit(() -> trainInPool(spark, 2, rounds));
    boolean same =
        Arrays.equals(first, firstAtOnce.get()) && Arrays.equals(second, secondAtOnce.get());
    threads.shutdown();
    spark.sparkContext().setLocalProperty("spark.scheduler.pool", "pool1");
    MapPartitionsFunction<Long, Integer> cores =
        rows -> List.of(NativeRuntime.taskCores()).iterator();
    int ofATask = spark.range(2).mapPartitions(cores, Encoders.INT()).head();
    int slots = new TaskSlots(spark.sparkContext()).workers(0);
    spark.stop(); // after which the listener has heard everything
    System.out.printf(
        "same=%s pools=%s workers=%d threads=%d%n",
        same, new TreeSet<>(pools.names), slots, ofATask);
  }
}
