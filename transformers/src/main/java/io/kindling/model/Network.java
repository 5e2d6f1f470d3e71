/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An initialised DL4J network of either kind, {@code MultiLayerNetwork} or {@code
 * ComputationGraph}, with one input and one output: what training, scoring and saving ask of it.
 * {@link NetworkConfiguration} makes them.
 *
 * <p>Not safe for use by several threads at once.
 */
public interface Network extends AutoCloseable {
  /** Wraps an initialised network of either kind. */
  static Network of(NeuralNetwork network) {
    if (network instanceof MultiLayerNetwork layered) {
      return new LayeredNetwork(layered);
    }
    if (network instanceof ComputationGraph graph) {
      return new GraphNetwork(graph);
    }
    throw new IllegalArgumentException("DL4J has no third kind: " + network.getClass());
  }

  /** The network as DL4J has it. */
  Model model();

  /** What it was built of. */
  NetworkConfiguration configuration();

  /** All parameters, flat; the array is the network's own, and writing to it changes it. */
  default INDArray params() {
    return model().params();
  }

  /**
   * The optimizer's state, flat, made at the first call; the array is the optimizer's own, null
   * where it has no state.
   */
  INDArray updaterState();

  /** The gradient of the last minibatch, flat, as {@link #params}; the network's own. */
  INDArray gradient();

  /** The layers in DL4J's order. */
  Layer[] layers();

  /**
   * Where {@link #params} are those of each layer, by its name; the index, from 0, of a list's
   * layer without one.
   */
  Map<String, ParamSpan> spans();

  /** Where {@link #params} are those of frozen layers, which no training step changes. */
  List<ParamSpan> frozen();

  /** Minibatches fitted so far, as learning-rate schedules and Adam's bias correction count. */
  int iterations();

  /** Epochs fitted so far, as learning-rate schedules count. */
  int epochs();

  /** Sets both counts. */
  void setPosition(int iterations, int epochs);

  /**
   * One optimizer step on one minibatch.
   *
   * @param features {@code [batch, ...]}
   * @param labels one-hot, {@code [batch, classes]}, or numbers, {@code [batch, 1]}
   * @param mask ones for real steps and zeros for padding, {@code [batch, steps]}; null where the
   *     features are no sequences or have no padding
   */
  void fit(INDArray features, INDArray labels, INDArray mask);

  /** The mean loss, penalties included, of the last minibatch fitted. */
  default double score() {
    return model().score();
  }

  /**
   * What the output layer gives for a minibatch when nothing is being trained.
   *
   * @param mask as {@link #fit} takes it
   */
  INDArray output(INDArray features, INDArray mask);

  /** What each layer or vertex gives for one minibatch when nothing is being trained. */
  Collection<INDArray> activations(INDArray features);

  /**
   * The gradient by its features of a network built of {@link NetworkConfiguration#differentiable},
   * for a minibatch without padding: a forward and a backward pass.
   *
   * @param ofOutput takes what the last layer gave, {@code [batch, units]}, valid only then, and
   *     gives the gradient by it, of the same shape
   * @return of the features' shape; null where a layer, such as one of word vectors, has none to
   *     give
   */
  INDArray inputGradient(INDArray features, UnaryOperator<INDArray> ofOutput);

  /**
   * What a layer gives for one minibatch when nothing is being trained.
   *
   * @param layer its name, as in {@link #spans}
   */
  INDArray activation(String layer, INDArray features);

  /**
   * Writes it in DL4J's own format, which any DL4J program opens.
   *
   * @param withUpdater whether the optimizer's state goes with it
   */
  default void write(OutputStream zip, boolean withUpdater) throws IOException {
    ModelSerializer.writeModel(model(), zip, withUpdater);
  }

  /** Gives the native memory back now; the garbage collector does not know how much it is. */
  @Override
  void close();
}
