/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import io.kindling.acceleration.TrainingAcceleration;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import io.kindling.runtime.NativeRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What an LSTM costs, without Spark, on minibatches that lie ready in memory: Deeplearning4j as it
 * comes against the same with Kindling's layers, in training and in scoring, each thread with a
 * network of its own. The networks are those of PyTorch's program beside: word vectors of 10,000
 * words and one LSTM, and three LSTMs of 50 units over numeric steps.
 */
@Command(
    name = "lstm",
    description = "Examples a second of LSTMs: Deeplearning4j's own layers and ours.",
    mixinStandardHelpOptions = true)
final class LstmBenchmark implements Runnable {
  private static final int WORDS = 10_000;
  private static final double NANOS = 1e9;

  @Spec private CommandSpec spec;

  @Option(names = "--steps", defaultValue = "100")
  private int steps;

  @Option(names = "--width", defaultValue = "64", description = "Of word vectors and steps.")
  private int width;

  @Option(names = "--batch", defaultValue = "64")
  private int batch;

  @Option(names = "--threads", split = ",", defaultValue = "1,2")
  private List<Integer> threads;

  @Option(names = "--seconds", defaultValue = "10", description = "Of each measurement.")
  private double seconds;

  @Option(
      names = "--padded",
      description = "Sequences of all lengths up to STEPS, padded at the end, with a mask.")
  private boolean padded;

  @Option(names = "--ours-only", description = "Without Deeplearning4j's own layers.")
  private boolean oursOnly;

  @Option(names = "--shapes", split = ",", defaultValue = "embedding,stacked")
  private List<String> shapes;

  /** Examples a second. */
  private record Rates(double training, double scoring) {}

  @Override
  public void run() {
    NativeRuntime.start(1);
    Report report = new Report(spec);
    report.columns(
        "network", "threads", "layers", "training, examples/s", "ratio", "scoring", "ratio");
    for (String shape : shapes) {
      for (int count : threads) {
        Rates stock = oursOnly ? new Rates(Double.NaN, Double.NaN) : rates(shape, count, false);
        if (!oursOnly) {
          add(report, shape, count, "Deeplearning4j", stock, stock);
        }
        add(report, shape, count, "Kindling", rates(shape, count, true), stock);
      }
    }
  }

  private static void add(
      Report report, String shape, int count, String layers, Rates rates, Rates stock) {
    report.add(
        shape,
        Integer.toString(count),
        layers,
        Report.figure(rates.training()),
        Report.figure(rates.training() / stock.training()),
        Report.figure(rates.scoring()),
        Report.figure(rates.scoring() / stock.scoring()));
  }

  private Rates rates(String shape, int count, boolean fast) {
    ExecutorService pool = Executors.newFixedThreadPool(count);
    try {
      List<Callable<Rates>> workers = new ArrayList<>();
      for (int worker = 0; worker < count; worker++) {
        workers.add(() -> rates(shape, fast));
      }
      double training = 0;
      double scoring = 0;
      for (Future<Rates> future : pool.invokeAll(workers)) {
        training += future.get().training();
        scoring += future.get().scoring();
      }
      return new Rates(training, scoring);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a worker failed", e);
    } finally {
      pool.shutdownNow();
    }
  }

  private Rates rates(String shape, boolean fast) {
    NativeRuntime.start(1);
    List<DataSet> minibatches = minibatches(shape, 20);
    try (Network network = NetworkConfiguration.of(configuration(shape)).build()) {
      if (fast) {
        TrainingAcceleration.install(network);
      }
      double training = rate(minibatches, minibatch -> fit(network, minibatch));
      double scoring = rate(minibatches, minibatch -> score(network, minibatch));
      return new Rates(training, scoring);
    }
  }

  private interface Work {
    void on(DataSet minibatch);
  }

  /** A third of the time warms up. */
  private double rate(List<DataSet> minibatches, Work work) {
    long warm = System.nanoTime() + (long) (seconds / 3 * NANOS);
    for (int i = 0; i < 3 || System.nanoTime() < warm; i++) {
      work.on(minibatches.get(i % minibatches.size()));
    }
    long start = System.nanoTime();
    long examples = 0;
    for (int i = 0; i < 3 || System.nanoTime() - start < seconds * 2 / 3 * NANOS; i++) {
      work.on(minibatches.get(i % minibatches.size()));
      examples += batch;
    }
    return examples / ((System.nanoTime() - start) / NANOS);
  }

  private static void fit(Network network, DataSet minibatch) {
    network.fit(minibatch.getFeatures(), minibatch.getLabels(), minibatch.getFeaturesMaskArray());
  }

  private static void score(Network network, DataSet minibatch) {
    network.output(minibatch.getFeatures(), minibatch.getFeaturesMaskArray());
  }

  private MultiLayerConfiguration configuration(String shape) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(1e-3)).list();
    if ("stacked".equals(shape)) {
      layers.layer(lstm(50)).layer(lstm(50)).layer(new LastTimeStep(lstm(50)));
    } else {
      layers
          .layer(
              new EmbeddingSequenceLayer.Builder()
                  .nIn(WORDS)
                  .nOut(width)
                  .inferInputLength(true)
                  .build())
          .layer(new LastTimeStep(lstm(width)));
    }
    return layers
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .build())
        .setInputType(InputType.recurrent("stacked".equals(shape) ? width : WORDS))
        .build();
  }

  private static LSTM lstm(int units) {
    return new LSTM.Builder().nOut(units).activation(Activation.TANH).build();
  }

  private List<DataSet> minibatches(String shape, int count) {
    Random random = new Random(1);
    int inputs = "stacked".equals(shape) ? width : 1;
    List<DataSet> minibatches = new ArrayList<>();
    for (int minibatch = 0; minibatch < count; minibatch++) {
      float[] features = new float[batch * inputs * steps];
      for (int i = 0; i < features.length; i++) {
        features[i] = inputs == 1 ? random.nextInt(WORDS) : random.nextFloat();
      }
      float[] labels = new float[2 * batch];
      float[] mask = new float[batch * steps];
      for (int example = 0; example < batch; example++) {
        labels[2 * example + random.nextInt(2)] = 1;
        int length = example == 0 ? steps : 1 + random.nextInt(steps);
        Arrays.fill(mask, example * steps, example * steps + length, 1f);
      }
      INDArray featuresMask = Nd4j.createFromArray(mask).reshape(batch, steps);
      minibatches.add(
          new DataSet(
              Nd4j.createFromArray(features).reshape(batch, inputs, steps),
              Nd4j.createFromArray(labels).reshape(batch, 2),
              padded ? featuresMask : null,
              null));
    }
    return minibatches;
  }
}
