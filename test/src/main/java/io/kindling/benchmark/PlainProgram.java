/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import io.kindling.acceleration.TrainingAcceleration;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import io.kindling.runtime.NativeRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A contestant: Deeplearning4j alone on one thread, without Spark, on minibatches that lie ready in
 * memory.
 */
@Command
public final class PlainProgram implements Runnable {
  private static final double NANOS = 1e9;

  @Mixin private Workload workload;

  @Option(names = "--accelerated", description = "With Kindling's acceleration of its layers.")
  private boolean accelerated;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new PlainProgram()).execute(arguments));
  }

  @Override
  public void run() {
    NativeRuntime.start(1);
    List<DataSet> minibatches = minibatches();
    Network network = NetworkConfiguration.of(Workload.network()).build();
    if (accelerated) {
      TrainingAcceleration.install(network);
    }
    for (int epoch = 0; epoch < workload.epochs(); epoch++) {
      long start = System.nanoTime();
      long examples = 0;
      for (DataSet minibatch : minibatches) {
        network.fit(minibatch.getFeatures(), minibatch.getLabels(), null);
        examples += minibatch.numExamples();
      }
      new EpochLine(examples, (System.nanoTime() - start) / NANOS).print();
    }
  }

  private List<DataSet> minibatches() {
    MnistImages images = workload.images();
    List<DataSet> minibatches = new ArrayList<>();
    for (int start = 0; start < images.labels().length; start += workload.batch()) {
      int end = Math.min(start + workload.batch(), images.labels().length);
      float[] labels = new float[(end - start) * Workload.CLASSES];
      for (int i = start; i < end; i++) {
        labels[(i - start) * Workload.CLASSES + images.labels()[i]] = 1f;
      }
      minibatches.add(
          new DataSet(
              Nd4j.createFromArray(
                      MnistImages.floats(Arrays.copyOfRange(images.pixels(), start, end)))
                  .reshape(end - start, 1, 28, 28),
              Nd4j.createFromArray(labels).reshape(end - start, Workload.CLASSES)));
    }
    return minibatches;
  }
}
