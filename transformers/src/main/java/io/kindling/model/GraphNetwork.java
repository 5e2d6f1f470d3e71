/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.input.HostArrays;
import io.kindling.recurrent.RecurrentAcceleration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A {@link ComputationGraph}. */
record GraphNetwork(ComputationGraph model) implements Network {
  @Override
  public NetworkConfiguration configuration() {
    return new GraphConfiguration(model.getConfiguration());
  }

  @Override
  public INDArray updaterState() {
    return model.getUpdater(true).getStateViewArray();
  }

  @Override
  public INDArray gradient() {
    return model.getFlattenedGradients();
  }

  @Override
  public Layer[] layers() {
    return model.getLayers();
  }

  @Override
  public Map<String, ParamSpan> spans() {
    Map<String, ParamSpan> spans = new LinkedHashMap<>();
    int end = 0;
    for (int index : model.topologicalSortOrder()) {
      GraphVertex vertex = model.getVertices()[index];
      int from = end;
      end += Math.toIntExact(vertex.numParams());
      spans.put(vertex.getVertexName(), new ParamSpan(from, end));
    }
    return spans;
  }

  @Override
  public Collection<INDArray> activations(INDArray features) {
    return model.feedForward(new INDArray[] {features}, false).values();
  }

  @Override
  public INDArray activation(String layer, INDArray features) {
    return model.feedForward(new INDArray[] {features}, false).get(layer);
  }

  @Override
  public List<ParamSpan> frozen() {
    ParamSpan.Frozen frozen = new ParamSpan.Frozen();
    for (int index : model.topologicalSortOrder()) {
      GraphVertex vertex = model.getVertices()[index];
      frozen.add(vertex.getLayer(), vertex.numParams());
    }
    return frozen.spans();
  }

  @Override
  public int iterations() {
    return model.getIterationCount();
  }

  @Override
  public int epochs() {
    return model.getEpochCount();
  }

  @Override
  public void setPosition(int iterations, int epochs) {
    model.getConfiguration().setIterationCount(iterations);
    model.getConfiguration().setEpochCount(epochs);
  }

  @Override
  public void fit(INDArray features, INDArray labels, INDArray mask) {
    model.fit(new INDArray[] {features}, new INDArray[] {labels}, masks(mask), null);
  }

  @Override
  public INDArray output(INDArray features, INDArray mask) {
    return model.output(false, new INDArray[] {features}, masks(mask))[0];
  }

  private static INDArray[] masks(INDArray mask) {
    return mask == null ? null : new INDArray[] {mask};
  }

  @Override
  public INDArray inputGradient(INDArray features, UnaryOperator<INDArray> ofOutput) {
    InputTap tap = InputTap.in(model);
    Map<String, INDArray> activations = model.feedForward(new INDArray[] {features}, true, false);
    String output = model.getConfiguration().getNetworkOutputs().get(0);
    model.backpropGradient(ofOutput.apply(activations.get(output)));
    activations.remove(model.getConfiguration().getNetworkInputs().get(0));
    activations.values().forEach(HostArrays::release);
    return tap.take();
  }

  @Override
  public void close() {
    RecurrentAcceleration.release(layers());
    // Scoring alone makes none.
    ComputationGraphUpdater updater = model.getUpdater(false);
    if (updater != null) {
      HostArrays.release(updater.getStateViewArray());
    }
    HostArrays.release(gradient());
    HostArrays.release(params());
  }
}
