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
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A {@link MultiLayerNetwork}. */
record LayeredNetwork(MultiLayerNetwork model) implements Network {
  @Override
  public NetworkConfiguration configuration() {
    return new LayeredConfiguration(model.getLayerWiseConfigurations());
  }

  @Override
  public INDArray updaterState() {
    return ((BaseMultiLayerUpdater<?>) model.getUpdater(true)).getStateViewArray();
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
    for (int i = 0; i < layers().length; i++) {
      int from = end;
      end += Math.toIntExact(layers()[i].numParams());
      spans.put(
          LayeredConfiguration.name(layers()[i].conf().getLayer(), i), new ParamSpan(from, end));
    }
    return spans;
  }

  @Override
  public Collection<INDArray> activations(INDArray features) {
    return model.feedForward(features, false);
  }

  @Override
  public INDArray activation(String layer, INDArray features) {
    int index = List.copyOf(spans().keySet()).indexOf(layer);
    return model.feedForwardToLayer(index, features).get(index + 1);
  }

  @Override
  public List<ParamSpan> frozen() {
    ParamSpan.Frozen frozen = new ParamSpan.Frozen();
    for (Layer layer : layers()) {
      frozen.add(layer, layer.numParams());
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
    model.setIterationCount(iterations);
    model.setEpochCount(epochs);
  }

  @Override
  public void fit(INDArray features, INDArray labels, INDArray mask) {
    model.fit(features, labels, mask, null);
  }

  @Override
  public INDArray output(INDArray features, INDArray mask) {
    return model.output(features, false, mask, null);
  }

  @Override
  public INDArray inputGradient(INDArray features, UnaryOperator<INDArray> ofOutput) {
    model.setInput(features);
    List<INDArray> activations = model.feedForward(true, false);
    INDArray gradient =
        model
            .backpropGradient(ofOutput.apply(activations.get(activations.size() - 1)), null)
            .getSecond();
    model.clear();
    // The first is the features.
    activations.subList(1, activations.size()).forEach(HostArrays::release);
    return gradient;
  }

  @Override
  public void close() {
    RecurrentAcceleration.release(layers());
    // Scoring alone makes none.
    Updater updater = model.getUpdater(false);
    if (updater != null) {
      HostArrays.release(((BaseMultiLayerUpdater<?>) updater).getStateViewArray());
    }
    HostArrays.release(gradient());
    HostArrays.release(params());
  }
}
