/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.input.InputSpec;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import io.kindling.runtime.NativeMemory;
import io.kindling.runtime.NativeRuntime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network as a table, as Keras' {@code summary()} shows it, and what it costs: arithmetic and
 * memory. Shapes are those that one example of zeros really has on its way through the network.
 *
 * @param layers in the order in which they are computed
 * @param inputValues floats of one example that go into it
 * @param optimizerState floats that the optimizer keeps
 */
public record NetworkSummary(List<LayerSummary> layers, long inputValues, long optimizerState) {
  public NetworkSummary {
    layers = List.copyOf(layers);
  }

  /**
   * Describes a network.
   *
   * @param configuration stays as it is
   * @param input what the network takes
   * @param steps of one example that is a sequence; without meaning for others
   * @throws io.kindling.data.KindlingException if there is not the memory to build it
   */
  public static NetworkSummary of(NetworkConfiguration configuration, InputSpec input, int steps) {
    NativeRuntime.start();
    NetworkConfiguration own = NetworkConfiguration.parse(configuration.toJson());
    return NativeMemory.within(
        "describe",
        () -> {
          try (Network network = own.build()) {
            return of(network, Nd4j.zeros(DataType.FLOAT, input.shape(1, steps)));
          }
        });
  }

  private static NetworkSummary of(Network network, INDArray example) {
    List<LayerSummary> lines =
        network.model() instanceof ComputationGraph graph
            ? ofGraph(graph, example)
            : ofList((MultiLayerNetwork) network.model(), example);
    INDArray state = network.updaterState();
    return new NetworkSummary(lines, example.length(), state == null ? 0 : state.length());
  }

  private static List<LayerSummary> ofList(MultiLayerNetwork network, INDArray example) {
    // The first one is the input itself.
    List<INDArray> activations = network.feedForward(example);
    List<LayerSummary> lines = new ArrayList<>();
    Layer[] layers = network.getLayers();
    for (int i = 0; i < layers.length; i++) {
      lines.add(
          LayerCosts.of(
              NetworkParts.name(layers[i].conf().getLayer(), i),
              layers[i],
              activations.get(i),
              activations.get(i + 1),
              List.of()));
    }
    return lines;
  }

  private static List<LayerSummary> ofGraph(ComputationGraph graph, INDArray example) {
    ComputationGraphConfiguration configuration = graph.getConfiguration();
    Map<String, INDArray> activations = new LinkedHashMap<>(graph.feedForward(example, false));
    activations.putIfAbsent(configuration.getNetworkInputs().get(0), example);
    List<LayerSummary> lines = new ArrayList<>();
    for (int index : graph.topologicalSortOrder()) {
      GraphVertex vertex = graph.getVertices()[index];
      String name = vertex.getVertexName();
      List<String> from = configuration.getVertexInputs().get(name);
      if (from == null) {
        continue; // The input.
      }
      INDArray out = activations.get(name);
      lines.add(
          vertex.hasLayer()
              ? LayerCosts.of(name, vertex.getLayer(), activations.get(from.get(0)), out, from)
              : LayerCosts.ofVertex(name, configuration.getVertices().get(name), out, from));
    }
    return lines;
  }

  /** All parameters. */
  public long params() {
    return layers.stream().mapToLong(LayerSummary::params).sum();
  }

  /** Those that training changes by gradients. */
  public long trainableParams() {
    return layers.stream().mapToLong(LayerSummary::trainableParams).sum();
  }

  /** Of a forward pass; training takes about three times as many. */
  public long multiplyAddsPerExample() {
    return layers.stream().mapToLong(LayerSummary::multiplyAddsPerExample).sum();
  }

  /**
   * The memory of one worker's arrays in training, as it follows from shapes: parameters, their
   * gradient and the optimizer's state; of each example of the minibatch what flows out of each
   * layer, which is kept for the backward pass, and its gradient where it is largest, once for the
   * layer above and once for the layer below.
   *
   * <p>Measured: ND4J's arrays are a twentieth more for plain convolutional networks, a fifth more
   * for a deep one with batch normalization. The process takes up to twice as much, for oneDNN has
   * its own copies in its own order, which nothing in ND4J counts.
   */
  public long trainingBytes(int batchSize) {
    long each = inputValues + layers.stream().mapToLong(LayerSummary::values).sum() + 2 * widest();
    return Float.BYTES * (2 * params() + optimizerState + batchSize * each);
  }

  /** Of parameters and optimizer state, which travel in a round. */
  public long stateBytes() {
    return Float.BYTES * (params() + optimizerState);
  }

  /** Likewise in scoring: parameters, and what flows into and out of one layer at a time. */
  public long scoringBytes(int batchSize) {
    return Float.BYTES * (params() + batchSize * (inputValues + 2 * widest()));
  }

  private long widest() {
    return layers.stream().mapToLong(LayerSummary::values).max().orElse(0);
  }

  /** The table, in lines of at most the width that its names need. */
  @Override
  public String toString() {
    return new SummaryTable(this).toString();
  }
}
