/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import io.kindling.acceleration.TrainingAcceleration;
import io.kindling.convolutional.ConvolutionalAcceleration;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import io.kindling.runtime.NativeRuntime;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What residual and depthwise networks cost on one thread, without Spark, on one minibatch that
 * lies ready in memory: Deeplearning4j with its helpers on against the same with Kindling's layers,
 * minibatch by minibatch in turn. Time is the thread's own, so that other programs disturb little.
 */
@Command(
    name = "convolutions",
    description = "Examples a second of ResNet-20 and a small MobileNet: stock layers and ours.",
    mixinStandardHelpOptions = true)
final class ConvolutionsBenchmark implements Runnable {
  private static final double NANOS = 1e9;
  private static final int WARM_UP = 5;

  @Spec private CommandSpec spec;

  @Option(names = "--networks", split = ",", defaultValue = "resnet20,mobilenet")
  private List<String> networks;

  @Option(names = "--batch", split = ",", defaultValue = "64,128")
  private List<Integer> batches;

  @Option(names = "--minibatches", defaultValue = "20", description = "Of each measurement.")
  private int minibatches;

  @Override
  public void run() {
    NativeRuntime.start(1);
    Report report = new Report(spec);
    report.columns(
        "network", "batch", "", "Deeplearning4j, examples/s", "Kindling", "ratio of medians");
    for (String network : networks) {
      for (int batch : batches) {
        measure(report, network, batch);
      }
    }
  }

  private void measure(Report report, String name, int batch) {
    INDArray images =
        Nd4j.randn(
            batch,
            ConvolutionalGraphs.CHANNELS,
            ConvolutionalGraphs.SIDE,
            ConvolutionalGraphs.SIDE);
    INDArray labels = Nd4j.zeros(batch, ConvolutionalGraphs.CLASSES);
    for (int i = 0; i < batch; i++) {
      labels.putScalar(i, i % ConvolutionalGraphs.CLASSES, 1f);
    }
    try (Network plain = NetworkConfiguration.of(ConvolutionalGraphs.of(name)).build();
        Network trained = NetworkConfiguration.of(ConvolutionalGraphs.of(name)).build();
        Network scored = NetworkConfiguration.of(ConvolutionalGraphs.of(name)).build()) {
      TrainingAcceleration.install(trained);
      ConvolutionalAcceleration.install(scored.model());
      add(
          report,
          name,
          batch,
          "training",
          () -> plain.fit(images, labels, null),
          () -> trained.fit(images, labels, null));
      add(
          report,
          name,
          batch,
          "scoring",
          () -> plain.output(images, null),
          () -> scored.output(images, null));
    }
  }

  private void add(
      Report report, String name, int batch, String what, Runnable plain, Runnable ours) {
    List<Double> ofPlain = new ArrayList<>();
    List<Double> ofOurs = new ArrayList<>();
    for (int i = 0; i < WARM_UP + minibatches; i++) {
      double first = seconds(plain);
      double second = seconds(ours);
      if (i >= WARM_UP) {
        ofPlain.add(batch / first);
        ofOurs.add(batch / second);
      }
    }
    double stock = Report.median(ofPlain);
    double fast = Report.median(ofOurs);
    report.add(
        name,
        Integer.toString(batch),
        what,
        Report.figure(stock),
        Report.figure(fast),
        Report.figure(fast / stock));
  }

  private static double seconds(Runnable work) {
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    work.run();
    return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / NANOS;
  }
}
