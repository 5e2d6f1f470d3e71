/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kindling.data.KindlingException;
import io.kindling.model.EpochSummary;
import io.kindling.model.TrainingSummary;
import io.kindling.testkit.LocalSpark;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Of random sizes, in either way to run rounds. */
@ExtendWith(LocalSpark.class)
class ExamplesTrainedTest {
  private static final int EPOCHS = 2;
  private static final int TRIALS = 40;

  /** More would prove nothing more, and take minutes. */
  private static final int MOST_ROUNDS = 40;

  static LongStream trials() {
    return LongStream.range(0, TRIALS);
  }

  @ParameterizedTest
  @MethodSource("trials")
  void eachEpochTrainsOnEveryExampleOnce(long seed) {
    Trial trial = Trial.draw(seed);
    if (trial.rows == 0) {
      assertEquals(
          "Cannot train: the training set has no examples (0 for validation, 0 skipped as bad)",
          assertThrows(KindlingException.class, () -> train(trial)).getMessage(),
          trial.toString());
      return;
    }
    TrainingSummary summary = train(trial);
    assertEquals((long) trial.rows * EPOCHS, summary.examplesTrained(), trial.toString());
    assertEquals(trial.rows, summary.examples(), trial.toString());
    assertEquals(EPOCHS, summary.history().size(), trial.toString());
    for (EpochSummary epoch : summary.history()) {
      assertEquals(trial.rows, epoch.examplesPerSecond() * epoch.seconds(), 1e-6, trial.toString());
    }
  }

  private static TrainingSummary train(Trial trial) {
    SparkSession spark = LocalSpark.session();
    ReplicaSpec spec = TrainingExamples.spec("sgd", trial.batch, 0.2, 0.01);
    try (Replica replica = new Replica(spec)) {
      return new AveragingTrainer(
              JavaSparkContext.fromSparkContext(spark.sparkContext()),
              spec,
              EPOCHS,
              Averaging.every(trial.frequency),
              new TrainingListener() {})
          .train(TrainingExamples.shards(spark, trial.workers, trial.rows), replica.state())
          .summary();
    }
  }

  private record Trial(int rows, int workers, int batch, int frequency) {
    /** Rows 0 to 500, workers 1 to 8, batch 1 to 64, frequency 1 to 20. */
    static Trial draw(long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      while (true) {
        // Few rows as often as many: that is where the corners are.
        int rows = random.nextInt(random.nextBoolean() ? 12 : 501);
        Trial trial =
            new Trial(
                seed == 0 ? 0 : rows,
                1 + random.nextInt(8),
                1 + random.nextInt(64),
                1 + random.nextInt(20));
        if (trial.rows / trial.workers / trial.batch / trial.frequency <= MOST_ROUNDS) {
          return trial;
        }
      }
    }
  }
}
