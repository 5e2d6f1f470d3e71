/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.data.KindlingException;
import io.kindling.input.InputSpec;
import io.kindling.model.OutputLayers;
import io.kindling.network.NetworkBuilder;
import io.kindling.network.OptimizerSpec;
import org.apache.spark.ml.param.Param;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;

/** The network that a classifier's params ask for, checked against the data. */
final class ClassifierNetwork {
  private final MultiLayerConfiguration configuration;
  private final InputSpec input;

  /**
   * @throws KindlingException if the network does not fit the input or the number of classes
   */
  ClassifierNetwork(NetworkClassifier params, InputSpec input, int classes) {
    NetworkSource source = NetworkSource.parse(params.getNetwork());
    if (source.layers() != null) {
      OptimizerSpec optimizer =
          new OptimizerSpec(
              params.getOptimizer(),
              params.isSet(params.learningRate()) ? params.getLearningRate() : Double.NaN,
              params.getL1(),
              params.getL2());
      this.configuration =
          NetworkBuilder.build(source.layers(), input, classes, optimizer, params.getSeed());
      this.input = input;
    } else {
      this.configuration = source.configuration();
      this.input = input.withFlat(isFlat(configuration, input));
      check(params, classes);
      if (params.isSet(params.learningRate())) {
        setLearningRate(params.getLearningRate());
      }
    }
  }

  MultiLayerConfiguration configuration() {
    return configuration;
  }

  /** The data's input, flattened where the network takes it so. */
  InputSpec input() {
    return input;
  }

  private void check(NetworkClassifier params, int classes) {
    for (var own : new Param<?>[] {params.optimizer(), params.l1(), params.l2()}) {
      if (params.isSet(own)) {
        throw new KindlingException(
            "Cannot set %s on a DL4J configuration, which brings its own: set it there"
                .formatted(own.name()));
      }
    }
    int units = OutputLayers.classes(configuration);
    if (units != classes) {
      throw new KindlingException(
          "Cannot train: the network's output layer has %d units, but the labels have %d classes"
              .formatted(units, classes));
    }
    Layer first = configuration.getConf(0).getLayer();
    if (first instanceof FeedForwardLayer layer && configuration.getInputPreProcess(0) == null) {
      long wanted = layer.getNIn();
      long found = isFlat(configuration, input) ? input.values() : input.channels();
      if (wanted != found) {
        throw new KindlingException(
            "Cannot train: the network's first layer takes %d inputs, but the data has %s"
                .formatted(wanted, input));
      }
    }
  }

  /** Whether the first layer takes {@code [batch, values]} rather than images. */
  private static boolean isFlat(MultiLayerConfiguration configuration, InputSpec input) {
    if (input.kind() == InputSpec.Kind.VECTOR) {
      return true;
    }
    InputPreProcessor before = configuration.getInputPreProcess(0);
    if (before != null) {
      return !(before instanceof CnnToFeedForwardPreProcessor);
    }
    Layer first = configuration.getConf(0).getLayer();
    return first instanceof DenseLayer || first instanceof BaseOutputLayer;
  }

  private void setLearningRate(double rate) {
    for (NeuralNetConfiguration layer : configuration.getConfs()) {
      if (layer.getLayer() instanceof BaseLayer trained && trained.getIUpdater() != null) {
        trained.getIUpdater().setLrAndSchedule(rate, null);
        if (trained.getBiasUpdater() != null) {
          trained.getBiasUpdater().setLrAndSchedule(rate, null);
        }
      }
    }
  }
}
