/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.kindling.network.Layers;
import io.kindling.testkit.LocalSpark;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings share executors and slots, and nothing else. */
@ExtendWith(LocalSpark.class)
class TwoTrainingsAtOnceTest {
  private static float[] train(Dataset<Row> points, long seed, String rounds) {
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

  @ParameterizedTest
  @ValueSource(strings = {"barrier", "elastic"})
  void theModelsAreThoseOfOneAfterTheOther(String rounds) throws Exception {
    SparkSession spark = LocalSpark.session();
    Dataset<Row> points = Vectors2d.clouds(spark, 300, 2);
    float[] first = train(points, 1, rounds);
    float[] second = train(points, 2, rounds);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<float[]> firstAtOnce = threads.submit(() -> train(points, 1, rounds));
      Future<float[]> secondAtOnce = threads.submit(() -> train(points, 2, rounds));
      assertArrayEquals(first, firstAtOnce.get());
      assertArrayEquals(second, secondAtOnce.get());
    } finally {
      threads.shutdownNow();
    }
  }
}
