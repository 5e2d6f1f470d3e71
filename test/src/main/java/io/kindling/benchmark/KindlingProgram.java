/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import io.kindling.averaging.TrainingListener;
import io.kindling.averaging.TrainingPlan;
import io.kindling.data.read.IdxReader;
import io.kindling.estimators.NetworkClassifier;
import io.kindling.model.EpochSummary;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A contestant: {@link NetworkClassifier}, with one of its engines. */
@Command
public final class KindlingProgram implements Runnable {
  @Mixin private Workload workload;

  @Option(names = "--engine", defaultValue = "averaging")
  private String engine;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new KindlingProgram()).execute(arguments));
  }

  @Override
  public void run() {
    SparkSession spark = SparkSession.builder().appName("kindling-benchmark").getOrCreate();
    new NetworkClassifier()
        .setEngine(engine)
        .setLayers(Workload.layers())
        .setOptimizer("adam")
        .setLearningRate(Workload.LEARNING_RATE)
        .setBatchSize(workload.batch())
        .setAveragingFrequency(workload.frequency())
        .setWorkers(workload.workers())
        .setEpochs(workload.epochs())
        .setTrainingListener(new EpochLines())
        .fit(
            new IdxReader()
                .read(spark, workload.mnist.toString())
                .filter("split = 'train'")
                .limit(workload.examples()));
    spark.stop();
  }

  /** One line an epoch; an epoch that is over has trained on all examples. */
  private static final class EpochLines implements TrainingListener {
    private long examples;

    @Override
    public void onTrainingStart(TrainingPlan plan) {
      examples = plan.examples();
    }

    @Override
    public void onEpoch(EpochSummary epoch) {
      new EpochLine(examples, epoch.seconds()).print();
    }
  }
}
