/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.data.KindlingException;
import io.kindling.input.InputSpec;
import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;

/**
 * One layer spec as DL4J layers.
 *
 * @param spec what is asked for
 * @param place of the layer, from 1 on
 * @param name for the vertices of a graph
 * @param input what the network takes
 */
record LayerPlan(LayerSpec spec, int place, String name, InputSpec input) {
  private static final List<Activation> ACTIVATIONS =
      List.of(
          Activation.RELU,
          Activation.LEAKYRELU,
          Activation.ELU,
          Activation.GELU,
          Activation.TANH,
          Activation.SIGMOID,
          Activation.IDENTITY);

  /** How a convolution treats the borders, by Keras' names. */
  private enum Padding {
    VALID,
    SAME,
    CAUSAL
  }

  /** What becomes of the two directions, by Keras' names. */
  private enum Merge {
    CONCAT(Bidirectional.Mode.CONCAT),
    SUM(Bidirectional.Mode.ADD),
    MUL(Bidirectional.Mode.MUL),
    AVE(Bidirectional.Mode.AVERAGE);

    private final Bidirectional.Mode mode;

    Merge(Bidirectional.Mode mode) {
      this.mode = mode;
    }

    private GraphVertex vertex() {
      return switch (this) {
        case CONCAT -> new MergeVertex();
        case SUM -> new ElementWiseVertex(ElementWiseVertex.Op.Add);
        case MUL -> new ElementWiseVertex(ElementWiseVertex.Op.Product);
        case AVE -> new ElementWiseVertex(ElementWiseVertex.Op.Average);
      };
    }
  }

  void addTo(LayerStack stack) {
    switch (spec.type()) {
      case "bidirectional" -> bidirectional(stack);
      case "conv1d" -> conv1d(stack);
      case "last-step" -> {
        // Behind another layer there is one.
        if (place == 1
            || !(stack.top() instanceof BaseRecurrentLayer
                || stack.top() instanceof Bidirectional)) {
          throw new KindlingException(
              "Cannot build the network: layer %d (last-step) goes right behind a layer lstm, simple-rnn or bidirectional"
                  .formatted(place));
        }
        stack.replaceTop(new LastTimeStep(stack.top()));
      }
      default -> stack.add(name, layer());
    }
  }

  private Layer layer() {
    return switch (spec.type()) {
      case "conv" -> {
        int kernel = spec.positive("kernel", 1);
        int stride = spec.positive("stride", 1);
        Padding padding =
            spec.constant("padding", Padding.VALID, List.of(Padding.VALID, Padding.SAME));
        yield new ConvolutionLayer.Builder(kernel, kernel)
            .stride(stride, stride)
            .nOut(spec.positive("filters", 1))
            .convolutionMode(mode(padding))
            .activation(activation(Activation.RELU))
            .build();
      }
      case "max-pool" -> pool(SubsamplingLayer.PoolingType.MAX);
      case "average-pool" -> pool(SubsamplingLayer.PoolingType.AVG);
      case "max-pool-1d" -> pool1d(SubsamplingLayer.PoolingType.MAX);
      case "average-pool-1d" -> pool1d(SubsamplingLayer.PoolingType.AVG);
      case "global-max-pool" -> new GlobalPoolingLayer.Builder(PoolingType.MAX).build();
      case "global-average-pool" -> new GlobalPoolingLayer.Builder(PoolingType.AVG).build();
      case "embedding" -> {
        EmbeddingSequenceLayer embedding =
            new EmbeddingSequenceLayer.Builder()
                .nIn(input.vocabulary())
                .nOut(spec.positive("output-dim", 1))
                .activation(Activation.IDENTITY)
                // As Keras: Glorot's bounds would shrink with the vocabulary.
                .weightInit(new UniformDistribution(-0.05, 0.05))
                .build();
        yield spec.flag("trainable", true) ? embedding : new FrozenLayer(embedding);
      }
      case "lstm", "simple-rnn" -> {
        BaseRecurrentLayer recurrent = recurrent(spec);
        yield spec.flag("return-sequences", false) ? recurrent : new LastTimeStep(recurrent);
      }
      case "self-attention" -> {
        int units = spec.positive("units", 1);
        int heads = spec.positive("heads", 1);
        if (units % heads != 0) {
          throw new KindlingException(
              "Cannot build the network: layer %d (self-attention) has %d units, which its %d heads cannot share evenly"
                  .formatted(place, units, heads));
        }
        yield new SelfAttentionLayer.Builder()
            .nOut(units)
            .nHeads(heads)
            .projectInput(true)
            .weightInit(WeightInit.XAVIER_UNIFORM)
            .build();
      }
      case "dense" ->
          new DenseLayer.Builder()
              .nOut(spec.positive("units", 1))
              .activation(activation(Activation.RELU))
              .build();
      // DL4J counts the share that is kept.
      case "dropout" -> new DropoutLayer.Builder(1 - spec.share("rate")).build();
      // Its running mean and variance are kept as if by gradients, which must not be clipped.
      case "batch-norm" ->
          new BatchNormalization.Builder()
              .gradientNormalization(GradientNormalization.None)
              .build();
      default -> throw new IllegalStateException("LayerSpec lets no type " + spec.type() + " by");
    };
  }

  private static BaseRecurrentLayer recurrent(LayerSpec spec) {
    int units = spec.positive("units", 1);
    Activation activation = spec.constant("activation", Activation.TANH, ACTIVATIONS);
    return switch (spec.type()) {
      case "lstm" -> new LSTM.Builder().nOut(units).activation(activation).build();
      case "simple-rnn" -> new SimpleRnn.Builder().nOut(units).activation(activation).build();
      default -> throw new IllegalStateException("no recurrent layer: " + spec.type());
    };
  }

  private void bidirectional(LayerStack stack) {
    LayerSpec inner = spec.layer("layer");
    if (!inner.type().equals("lstm") && !inner.type().equals("simple-rnn")) {
      throw spec.wrong("layer", inner.type(), "an lstm or a simple-rnn");
    }
    Merge merge = spec.constant("merge", Merge.CONCAT, List.of(Merge.values()));
    if (inner.flag("return-sequences", false)) {
      stack.add(name, new Bidirectional(merge.mode, recurrent(inner)));
    } else {
      // DL4J cannot train a Bidirectional of last steps.
      stack.addBothWays(
          name,
          new LastTimeStep(recurrent(inner)),
          new LastTimeStep(recurrent(inner)),
          merge.vertex());
    }
  }

  private void conv1d(LayerStack stack) {
    Padding padding = spec.constant("padding", Padding.VALID, List.of(Padding.values()));
    int stride = spec.positive("stride", 1);
    List<Integer> kernels = spec.positives("kernel");
    if (stride > 1 && padding == Padding.SAME) {
      throw new KindlingException(
          "Cannot build the network: layer %d (conv1d) has a stride of %d and padding 'same', whose windows would depend on the padding of a minibatch; set its padding to valid or causal"
              .formatted(place, stride));
    }
    if (kernels.size() > 1 && padding == Padding.VALID) {
      throw new KindlingException(
          "Cannot build the network: layer %d (conv1d) has kernels %s side by side, which leave different numbers of steps with padding 'valid'; set its padding to same or causal"
              .formatted(place, kernels));
    }
    List<Layer> layers =
        kernels.stream()
            .map(
                kernel ->
                    (Layer)
                        new Convolution1DLayer.Builder(kernel)
                            .stride(stride)
                            .nOut(spec.positive("filters", 1))
                            .convolutionMode(mode(padding))
                            .activation(activation(Activation.RELU))
                            .build())
            .toList();
    if (layers.size() == 1) {
      stack.add(name, layers.get(0));
    } else {
      stack.addSideBySide(name, layers, new MergeVertex());
    }
  }

  private static ConvolutionMode mode(Padding padding) {
    return switch (padding) {
      case VALID -> ConvolutionMode.Truncate;
      case SAME -> ConvolutionMode.Same;
      case CAUSAL -> ConvolutionMode.Causal;
    };
  }

  private Layer pool(SubsamplingLayer.PoolingType type) {
    int size = spec.positive("size", 2);
    int stride = spec.positive("stride", size);
    return new SubsamplingLayer.Builder(type)
        .kernelSize(size, size)
        .stride(stride, stride)
        .convolutionMode(ConvolutionMode.Truncate)
        .build();
  }

  private Layer pool1d(SubsamplingLayer.PoolingType type) {
    int size = spec.positive("size", 2);
    return new Subsampling1DLayer.Builder(type)
        .kernelSize(size)
        .stride(spec.positive("stride", size))
        .convolutionMode(ConvolutionMode.Truncate)
        .build();
  }

  private Activation activation(Activation usual) {
    return spec.constant("activation", usual, ACTIVATIONS);
  }
}
