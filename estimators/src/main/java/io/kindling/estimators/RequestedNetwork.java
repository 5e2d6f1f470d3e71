/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.averaging.TrainingState;
import io.kindling.data.KindlingException;
import io.kindling.input.HostArrays;
import io.kindling.input.InputSpec;
import io.kindling.masks.ExactMasks;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import io.kindling.model.NetworkConfiguration.InputLayer;
import io.kindling.model.Target;
import io.kindling.network.GradientClipping;
import io.kindling.network.Head;
import io.kindling.network.NetworkBuilder;
import io.kindling.network.NetworkDefinition;
import io.kindling.network.NetworkSurgery;
import io.kindling.network.PretrainedModel;
import io.kindling.runtime.NativeMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.spark.ml.param.Param;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/** The network that an estimator's params ask for, checked against the data. */
final class RequestedNetwork {
  /** Of the example that is sent through a network of sequences. */
  private static final int STEPS = 7;

  private final NetworkConfiguration configuration;
  private final InputSpec input;
  private final NetworkSurgery.Result surgery;

  /**
   * @param pretrained what it is made of; null where it is made anew
   * @throws KindlingException if the network does not fit the input or the labels
   */
  RequestedNetwork(
      NetworkEstimator<?, ?> params,
      PretrainedModel pretrained,
      InputSpec input,
      TrainingLabels labels) {
    NetworkDefinition source = NetworkDefinition.parse(params.getNetwork());
    Target target = labels.target();
    NetworkSurgery.Result made = null;
    if (pretrained != null) {
      this.input = pretrainedInput(params, pretrained, input);
      made =
          NetworkSurgery.operate(
              pretrained,
              source.pretrained(),
              this.input,
              Head.of(target),
              labels.names(),
              RequestedOptimizer.of(params),
              clipping(params),
              params.getSeed());
      this.configuration = made.configuration();
      configuration.setSeed(params.getSeed());
      check(target);
    } else if (source.layers() != null) {
      this.configuration =
          NetworkBuilder.configuration(
              source.layers(),
              input,
              Head.of(target),
              RequestedOptimizer.of(params),
              clipping(params),
              params.getSeed());
      this.input = input;
    } else {
      this.configuration = source.configuration();
      this.input = input.withFlat(isFlat(configuration, input));
      check(target);
      if (params.isSet(params.seed())) {
        configuration.setSeed(params.getSeed());
      }
      if (params.isSet(params.learningRate())) {
        ratedOptimizers(configuration)
            .forEach(optimizer -> optimizer.setLrAndSchedule(params.getLearningRate(), null));
      }
    }
    this.surgery = made;
    if (params.usesDl4jSpark() && input.isSequence()) {
      checkDl4jSpark();
    }
    if (params.usesDl4jSpark()
        && configuration.layers().stream().anyMatch(RequestedNetwork::isMispenalised)) {
      throw new KindlingException(
          "Cannot train with the engine dl4j-spark: the network has a depthwise or separable convolution with biases and penalties or decay, which Deeplearning4j takes from the wrong parameters there; leave its biases away (use-bias = false), or set the engine (training.engine) to averaging");
    }
    if (params.usesDl4jSpark() && configuration.isGraph() && hasFrozen()) {
      throw new KindlingException(
          "Cannot train with the engine dl4j-spark: the network is a graph with frozen layers, whose backward pass Deeplearning4j cannot do; set the engine (training.engine) to averaging");
    }
  }

  /** Deeplearning4j's updater takes such a layer's biases for weights. */
  private static boolean isMispenalised(Layer layer) {
    return (layer instanceof DepthwiseConvolution2D || layer instanceof SeparableConvolution2D)
        && ((ConvolutionLayer) layer).hasBias()
        && !(((BaseLayer) layer).getRegularization().isEmpty()
            && ((BaseLayer) layer).getRegularizationBias().isEmpty());
  }

  private boolean hasFrozen() {
    return configuration.layers().stream().anyMatch(FrozenLayer.class::isInstance);
  }

  /** The trained network's own, scaling included. */
  private static InputSpec pretrainedInput(
      NetworkEstimator<?, ?> params, PretrainedModel pretrained, InputSpec found) {
    if (pretrained.input() == null) {
      NetworkConfiguration trained = NetworkConfiguration.parse(pretrained.configuration());
      return found.withFlat(isFlat(trained, found));
    }
    InputSpec own = pretrained.inputFor(found);
    boolean scaled = params.isSet(params.pixelMean()) || params.isSet(params.pixelStd());
    if (scaled && !Objects.equals(own.scaling(), found.scaling())) {
      throw new KindlingException(
          "Cannot scale pixels by %s: the pretrained network was trained on pixels scaled by %s and keeps that; unset %s and %s"
              .formatted(
                  found.scaling(),
                  own.scaling(),
                  params.pixelMean().name(),
                  params.pixelStd().name()));
    }
    return own;
  }

  /** That engine builds its networks itself, with Deeplearning4j's layers as they are. */
  private void checkDl4jSpark() {
    NetworkConfiguration own = NetworkConfiguration.parse(configuration.toJson());
    try (Network network = NativeMemory.within("train", own::build)) {
      if (ExactMasks.areIn(network.layers())) {
        throw new KindlingException(
            "Cannot train with the engine dl4j-spark: the network has layers that let padding through there (dropout, convolution or pooling over steps, both directions) or have twice their gradient (self-attention); set the engine (training.engine) to averaging");
      }
    }
  }

  NetworkConfiguration configuration() {
    return configuration;
  }

  /**
   * The state that training starts from.
   *
   * @param pretrained as at construction
   * @param fresh the state with random parameters
   */
  TrainingState start(PretrainedModel pretrained, TrainingState fresh) {
    if (surgery == null) {
      return fresh;
    }
    float[] params = HostArrays.toFloats(fresh.params());
    surgery.copy(pretrained, params);
    return new TrainingState(HostArrays.toBytes(params), fresh.updaterState(), fresh.iterations());
  }

  /** The data's input, flattened where the network takes it so. */
  InputSpec input() {
    return input;
  }

  /**
   * Checks what the params alone tell.
   *
   * @throws KindlingException if there is no such network, or params are set that do not go with it
   */
  static void checkParams(NetworkEstimator<?, ?> params) {
    clipping(params);
    NetworkDefinition source = NetworkDefinition.parse(params.getNetwork());
    if (source.configuration() == null) {
      RequestedOptimizer.check(params);
      return;
    }
    List<Param<?>> brought = new ArrayList<>(params.setByConfiguration());
    brought.addAll(RequestedOptimizer.params(params));
    brought.addAll(List.of(params.clipNorm(), params.clipValue()));
    for (Param<?> own : brought) {
      if (params.isSet(own)) {
        throw new KindlingException(
            "Cannot set %s on a DL4J configuration, which brings its own: set it there"
                .formatted(JobKeys.named(own)));
      }
    }
    if (params.isSet(params.learningRate())) {
      ratedOptimizers(source.configuration());
    }
  }

  /**
   * @throws KindlingException if both limits are set
   */
  private static GradientClipping clipping(NetworkEstimator<?, ?> params) {
    return new GradientClipping(
        params.isSet(params.clipNorm()) ? params.getClipNorm() : Double.NaN,
        params.isSet(params.clipValue()) ? params.getClipValue() : Double.NaN);
  }

  private void check(Target target) {
    target.check(configuration);
    for (InputLayer first : configuration.inputLayers()) {
      String misfit = first.misfit(input);
      if (misfit != null) {
        throw new KindlingException("Cannot train: " + misfit);
      }
    }
    checkOneExample(target.units());
  }

  /** Sends one example through, so that sizes that do not fit are found before any work. */
  private void checkOneExample(int units) {
    DataType type;
    long[] found;
    // Of its own, for DL4J writes into a configuration what it has worked out.
    NetworkConfiguration own = NetworkConfiguration.parse(configuration.toJson());
    try (Network network = NativeMemory.within("train", own::build)) {
      type = network.params().dataType();
      found =
          NativeMemory.within(
              "train", () -> network.output(Nd4j.zeros(input.shape(1, STEPS)), null).shape());
      if (input.isSequence() && found.length == 2) {
        NativeMemory.within("train", () -> PaddingCheck.of(network, input));
      }
    } catch (KindlingException e) {
      throw e;
    } catch (RuntimeException e) { // DL4J has many types for one thing: the sizes do not fit
      throw new KindlingException(
          "Cannot train: the network does not take %s: %s"
              .formatted(
                  input,
                  String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given")),
          e);
    }
    if (type != DataType.FLOAT) {
      throw new KindlingException(
          "Cannot use the network: its numbers are %s; set its data type to FLOAT".formatted(type));
    }
    if (!Arrays.equals(found, new long[] {1, units})) {
      throw new KindlingException(
          "Cannot use the network: it makes an array of shape %s of one example, it must be [1, %d]"
              .formatted(Arrays.toString(found), units));
    }
  }

  /**
   * Whether the network takes {@code [batch, values]} rather than images.
   *
   * @throws KindlingException if one of the first layers does and another does not
   */
  private static boolean isFlat(NetworkConfiguration configuration, InputSpec input) {
    if (input.kind() != InputSpec.Kind.IMAGE) {
      return input.kind() == InputSpec.Kind.VECTOR;
    }
    InputLayer flat = null;
    InputLayer shaped = null;
    for (InputLayer first : configuration.inputLayers()) {
      if (isFlat(first)) {
        flat = first;
      } else {
        shaped = first;
      }
    }
    if (flat != null && shaped != null) {
      throw new KindlingException(
          "Cannot use the network: its layer %s takes images as rows of values, its layer %s as they are; give the graph an input type"
              .formatted(flat.name(), shaped.name()));
    }
    return flat != null;
  }

  private static boolean isFlat(InputLayer first) {
    return first.preProcessor() == null
        ? first.layer() instanceof DenseLayer || first.layer() instanceof BaseOutputLayer
        : !(first.preProcessor() instanceof CnnToFeedForwardPreProcessor);
  }

  /**
   * The optimizers that step by a learning rate; a frozen layer's does not step.
   *
   * @throws KindlingException naming the layer whose optimizer has none
   */
  private static List<IUpdater> ratedOptimizers(NetworkConfiguration configuration) {
    List<IUpdater> rated = new ArrayList<>();
    List<Layer> layers = configuration.layers();
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      for (IUpdater optimizer : optimizers(layer)) {
        if (optimizer == null || optimizer instanceof NoOp) {
          continue;
        }
        if (!optimizer.hasLearningRate()) {
          throw new KindlingException(
              "Cannot set learningRate (training.learning-rate) on a DL4J configuration: layer %s's updater %s has none"
                  .formatted(
                      layer.getLayerName() == null ? i + 1 : layer.getLayerName(),
                      optimizer.getClass().getSimpleName()));
        }
        rated.add(optimizer);
      }
    }
    return rated;
  }

  /** Those of a layer and of the layers within it; elements may be null. */
  private static List<IUpdater> optimizers(Layer layer) {
    if (layer instanceof BaseLayer own) {
      return Arrays.asList(own.getIUpdater(), own.getBiasUpdater());
    }
    if (layer instanceof AbstractSameDiffLayer own) {
      return Arrays.asList(own.getUpdater(), own.getBiasUpdater());
    }
    if (layer instanceof BaseWrapperLayer wrapper) {
      return optimizers(wrapper.getUnderlying());
    }
    if (layer instanceof Bidirectional both) {
      List<IUpdater> halves = new ArrayList<>(optimizers(both.getFwd()));
      halves.addAll(optimizers(both.getBwd()));
      return halves;
    }
    return List.of();
  }
}
