/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import io.kindling.convolutional.ConvolutionalAcceleration;
import io.kindling.data.KindlingException;
import io.kindling.input.HostArrays;
import io.kindling.input.InputSpec;
import io.kindling.input.NetworkInput;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import io.kindling.model.NetworkConfiguration.InputLayer;
import io.kindling.model.Softmax;
import io.kindling.recurrent.RecurrentAcceleration;
import io.kindling.replacement.LayerReplacement;
import io.kindling.replacement.LayerReplacement.Result;
import io.kindling.runtime.Device;
import io.kindling.runtime.NativeRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network that is differentiated by its input, as it is in scoring: without softmax or sigmoid,
 * without dropout, with the batch normalization that training left.
 *
 * <p>Where the input is token ids, which have no gradient, it is differentiated by what its layers
 * of word vectors give, all of them together. What it is differentiated by is called a point here:
 * of an example the features themselves, or its word vectors, {@code [rows, positions]}. Positions
 * are pixels, values of a vector, or steps.
 *
 * <p>Minibatches are of one example's variants, which are all of a length, so that none is padded.
 * Not safe for use by several threads at once.
 */
final class InputGradients implements AutoCloseable {
  private final NetworkInput input;
  private final Network network;
  private final Device device;
  private final List<EmbeddingTap> taps = new ArrayList<>();

  /**
   * @param configuration a network whose last layer is an output layer
   * @param params its parameters, flat, as DL4J's {@code params()} gives them
   * @param spec what it takes
   * @throws KindlingException if its input has no gradient
   */
  InputGradients(NetworkConfiguration configuration, float[] params, InputSpec spec) {
    NativeRuntime.start();
    this.device = Device.inUse();
    check(configuration, spec);
    this.input = new NetworkInput(spec);
    this.network = configuration.differentiable().build(params);
    try {
      LayerReplacement.install(network.model(), this::replace);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Deeplearning4j's layers have other fields", e);
    }
    RecurrentAcceleration.install(network.model());
    ConvolutionalAcceleration.install(network.model());
  }

  /**
   * Checks that a network can be differentiated by its input.
   *
   * @throws KindlingException naming the layer that is in the way
   */
  static void check(NetworkConfiguration configuration, InputSpec spec) {
    boolean tokens = spec.kind() == InputSpec.Kind.TOKENS;
    for (InputLayer first : configuration.inputLayers()) {
      boolean vectors =
          first.layer() instanceof EmbeddingSequenceLayer embedding
              && embedding.getOutputFormat() != RNNFormat.NWC;
      boolean ids = vectors || first.layer() instanceof EmbeddingLayer;
      if (tokens ? !vectors : ids) {
        throw new KindlingException(
            "Cannot explain the network: its input reaches the layer %s (%s) as %s, which have no gradient%s"
                .formatted(
                    first.name(),
                    first.layer().getClass().getSimpleName(),
                    tokens ? "token ids" : "indices",
                    tokens
                        ? "; only an EmbeddingSequenceLayer that gives [batch, width, steps] may take them"
                        : ""));
      }
    }
  }

  private Result replace(Layer layer) throws ReflectiveOperationException {
    if (layer instanceof BatchNormalization normalization) {
      return new Result(FixedBatchNormalization.of(normalization), 1);
    }
    if (layer
        instanceof
        org.deeplearning4j.nn.layers.feedforward.embedding.EmbeddingSequenceLayer embedding) {
      EmbeddingTap tap = EmbeddingTap.of(embedding);
      taps.add(tap);
      return new Result(tap, 1);
    }
    return new Result(layer, 0);
  }

  /** The device on which it was built, and is to be used. */
  Device device() {
    return device;
  }

  NetworkInput input() {
    return input;
  }

  /** The point of an example. */
  float[] point(float[] features, int steps) {
    if (taps.isEmpty()) {
      return features;
    }
    NativeRuntime.start();
    INDArray ids = array(features, 1, steps);
    float[] point = new float[rows() * steps];
    int at = 0;
    for (EmbeddingTap tap : taps) {
      tap.give(null);
      float[] vectors =
          HostArrays.floats(tap.activate(ids, false, LayerWorkspaceMgr.noWorkspaces()).dup('c'));
      tap.clear();
      System.arraycopy(vectors, 0, point, at, vectors.length);
      at += vectors.length;
    }
    return point;
  }

  /** The rows of a point: channels, or the numbers of a step. */
  int rows() {
    InputSpec spec = input.spec();
    return switch (spec.kind()) {
      case IMAGE -> spec.channels();
      case VECTOR -> 1;
      case SEQUENCE -> spec.width();
      case TOKENS -> taps.stream().mapToInt(EmbeddingTap::width).sum();
    };
  }

  /** What is zero among points: black pixels, zeros elsewhere. */
  float[] zero(int steps) {
    InputSpec spec = input.spec();
    float[] zero = new float[taps.isEmpty() ? spec.values() * steps : rows() * steps];
    if (spec.kind() == InputSpec.Kind.IMAGE) {
      input.decode(new byte[input.stepBytes()], 0, 1, zero, 0, 1);
    }
    return zero;
  }

  /**
   * The gradients at points of one example.
   *
   * @param features the example
   * @param points one after another
   * @param count how many
   * @param ofOutput takes the outputs {@code [count, units]} and gives the gradient by them
   * @return one after another
   */
  float[] gradients(
      float[] features, int steps, float[] points, int count, UnaryOperator<float[]> ofOutput) {
    // Called by a thread other than the one that built it, perhaps.
    NativeRuntime.start();
    UnaryOperator<INDArray> ofLogits =
        logits ->
            Nd4j.createFromArray(ofOutput.apply(HostArrays.floats(logits.dup('c'))))
                .reshape(logits.shape());
    if (taps.isEmpty()) {
      INDArray at = array(points, count, steps);
      INDArray gradient = network.inputGradient(at, ofLogits);
      float[] floats = floats(gradient);
      HostArrays.release(at);
      return floats;
    }
    float[] ids = new float[features.length * count];
    for (int i = 0; i < count; i++) {
      System.arraycopy(features, 0, ids, i * features.length, features.length);
    }
    int example = rows() * steps;
    int offset = 0;
    for (EmbeddingTap tap : taps) {
      float[] vectors = new float[count * tap.width() * steps];
      copy(points, example, offset, vectors, tap.width() * steps, 0, tap.width() * steps, count);
      INDArray given = Nd4j.createUninitialized(new long[] {count, tap.width(), steps}, 'c');
      HostArrays.copy(vectors, given);
      tap.give(given);
      offset += tap.width() * steps;
    }
    INDArray in = array(ids, count, steps);
    network.inputGradient(in, ofLogits);
    HostArrays.release(in);
    float[] gradients = new float[points.length];
    offset = 0;
    for (EmbeddingTap tap : taps) {
      float[] floats = tap.takeGradient();
      copy(floats, tap.width() * steps, 0, gradients, example, offset, tap.width() * steps, count);
      offset += tap.width() * steps;
      tap.give(null);
    }
    return gradients;
  }

  /** Copies a part of each of so many blocks. */
  private static void copy(
      float[] from,
      int fromBlock,
      int fromAt,
      float[] to,
      int toBlock,
      int toAt,
      int length,
      int count) {
    for (int i = 0; i < count; i++) {
      System.arraycopy(from, i * fromBlock + fromAt, to, i * toBlock + toAt, length);
    }
  }

  /**
   * What the network gives for examples of a length.
   *
   * @return {@code [count][units]}
   */
  double[][] outputs(float[] features, int count, int steps) {
    NativeRuntime.start();
    INDArray in = array(features, count, steps);
    float[] rows = floats(network.output(in, null));
    HostArrays.release(in);
    return rows(rows, count);
  }

  /** Of floats row by row. */
  static double[][] rows(float[] floats, int count) {
    double[][] rows = new double[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = Softmax.row(floats, i, floats.length / count);
    }
    return rows;
  }

  /** Row by row; the array is given back. */
  private static float[] floats(INDArray array) {
    INDArray ordered = array.ordering() == 'c' && !array.isView() ? array : array.dup('c');
    float[] floats = HostArrays.floats(ordered);
    HostArrays.release(ordered);
    HostArrays.release(array);
    return floats;
  }

  private INDArray array(float[] floats, int count, int steps) {
    INDArray array = Nd4j.createUninitialized(input.spec().shape(count, steps), 'c');
    HostArrays.copy(floats, array);
    return array;
  }

  /** Gives the native memory back now; the garbage collector does not know how much it is. */
  @Override
  public void close() {
    network.close();
  }
}
