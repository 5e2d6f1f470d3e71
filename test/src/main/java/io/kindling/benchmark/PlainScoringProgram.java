/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import io.kindling.input.ExampleBuffer;
import io.kindling.input.FeatureBatch;
import io.kindling.input.NetworkInput;
import io.kindling.runtime.NativeRuntime;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * A contestant: Deeplearning4j's own {@code output} on one thread, helpers on, over float arrays
 * that lie ready in memory.
 */
@Command
public final class PlainScoringProgram implements Runnable {
  private static final double NANOS = 1e9;

  @Mixin private ScoringWorkload workload;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new PlainScoringProgram()).execute(arguments));
  }

  @Override
  public void run() {
    NativeRuntime.start(1);
    MultiLayerNetwork network =
        new MultiLayerNetwork(MultiLayerConfiguration.fromJson(workload.network().toJson()));
    network.init();
    List<INDArray> minibatches = minibatches();
    for (int pass = 0; pass < workload.passes; pass++) {
      long start = System.nanoTime();
      long examples = 0;
      for (INDArray minibatch : minibatches) {
        examples += network.output(minibatch).size(0);
      }
      new EpochLine(examples, (System.nanoTime() - start) / NANOS).print();
    }
  }

  private List<INDArray> minibatches() {
    NetworkInput input = new NetworkInput(workload.input());
    List<INDArray> minibatches = new ArrayList<>();
    for (int start = 0; start < workload.rows; start += workload.batch) {
      int count = Math.min(workload.batch, workload.rows - start);
      // Not closed: the arrays are what is scored.
      FeatureBatch batch = new FeatureBatch(input);
      batch.begin(count, input.stepBytes());
      ExampleBuffer example = new ExampleBuffer();
      for (int i = 0; i < count; i++) {
        byte[] pixels = workload.image(start + i);
        System.arraycopy(pixels, 0, example.resize(pixels.length), 0, pixels.length);
        batch.put(i, example.bytes(), 0, example.length());
      }
      batch.end();
      minibatches.add(batch.features());
    }
    return minibatches;
  }
}
