/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.convolutional.ConvolutionalAcceleration;
import io.kindling.input.FeatureBatch;
import io.kindling.input.HostArrays;
import io.kindling.input.InputSpec;
import io.kindling.input.NetworkInput;
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

  /**
   * @param configuration a network whose last layer is an output layer
   * @param params its parameters, flat, as DL4J's {@code params()} gives them
   * @param spec what it takes
   */
  public ScoringNetwork(NetworkConfiguration configuration, float[] params, InputSpec spec) {
    NativeRuntime.start();
    this.input = new NetworkInput(spec);
    this.batch = new FeatureBatch(input);
    this.network = configuration.withoutActivation().build(params);
    RecurrentAcceleration.install(network.model());
    ConvolutionalAcceleration.install(network.model());
  }

  public NetworkInput input() {
    return input;
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
    // Borrowed by a thread other than the one that built it, perhaps.
    NativeRuntime.start();
    batch.end();
    INDArray logits = network.output(batch.features(), batch.mask());
    return HostArrays.floats(logits.ordering() == 'c' ? logits : logits.dup('c'));
  }

  /** Gives the native memory back now; the garbage collector does not know how much it is. */
  @Override
  public void close() {
    batch.close();
    network.close();
  }
}
