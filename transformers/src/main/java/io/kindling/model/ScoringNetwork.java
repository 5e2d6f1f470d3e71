/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.convolutional.ConvolutionalAcceleration;
import io.kindling.input.FeatureBatch;
import io.kindling.input.HostArrays;
import io.kindling.input.InputSpec;
import io.kindling.input.NetworkInput;
import io.kindling.products.DenseBlocks;
import io.kindling.recurrent.RecurrentAcceleration;
import io.kindling.runtime.NativeRuntime;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network ready to score minibatches. A classifier's softmax or sigmoid is left out, so that what
 * it gives are logits; its {@link Loss} makes probabilities of them.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class ScoringNetwork implements AutoCloseable {
  private final NetworkInput input;
  private final Network network;
  private final FeatureBatch batch;
  private final DenseBlocks dense;
  private int threads;

  /**
   * @param configuration a network whose last layer is an output layer
   * @param params its parameters, flat, as DL4J's {@code params()} gives them
   * @param spec what it takes
   */
  public ScoringNetwork(NetworkConfiguration configuration, float[] params, InputSpec spec) {
    this.threads = NativeRuntime.taskCores();
    NativeRuntime.start(threads);
    this.input = new NetworkInput(spec);
    this.batch = new FeatureBatch(input);
    this.network = configuration.withoutActivation().build(params);
    RecurrentAcceleration.install(network.model());
    ConvolutionalAcceleration.installForScoring(network.model());
    this.dense = DenseBlocks.install(network.model());
  }

  public NetworkInput input() {
    return input;
  }

  /** Sets how many native threads compute, on whatever thread {@link #logits} is called. */
  public void setThreads(int count) {
    threads = count;
  }

  /** Loads other parameters into the same network. */
  public void setParams(float[] params) {
    HostArrays.copy(params, network.params());
  }

  /** What the next minibatch is put into. */
  public FeatureBatch batch() {
    return batch;
  }

  /**
   * Scores the minibatch that {@link #batch()} has been given.
   *
   * @return logits {@code [examples, units]}, or numbers {@code [examples, 1]}, row by row
   */
  public float[] logits() {
    // On a thread other than the one that built it, perhaps.
    NativeRuntime.start(threads);
    batch.end();
    INDArray logits = network.output(batch.features(), batch.mask());
    return HostArrays.floats(logits.ordering() == 'c' ? logits : logits.dup('c'));
  }

  /** Bytes that all layers' outputs take for each step of an example; an image has one step. */
  long activationBytes() {
    NativeRuntime.start(threads);
    int rows = 8;
    int steps = input.spec().isSequence() ? 16 : 1;
    batch.begin(rows, input.stepBytes() * steps);
    batch.end();
    long floats = 0;
    for (INDArray activation : network.activations(batch.features())) {
      floats += activation.length();
    }
    return Math.max(1, floats * Float.BYTES / ((long) rows * steps));
  }

  /** Gives the native memory back now; the garbage collector does not know how much it is. */
  @Override
  public void close() {
    batch.close();
    dense.close();
    network.close();
  }
}
