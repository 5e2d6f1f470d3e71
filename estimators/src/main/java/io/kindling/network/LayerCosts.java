/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;

/** What one layer of a built network has and costs. */
final class LayerCosts {
  /** Deeplearning4j's layers, by the names of their classes, as Keras calls them. */
  private static final Map<String, String> KERAS =
      Map.ofEntries(
          Map.entry("ConvolutionLayer", "Conv2D"),
          Map.entry("Convolution1DLayer", "Conv1D"),
          Map.entry("DepthwiseConvolution2D", "DepthwiseConv2D"),
          Map.entry("SeparableConvolution2D", "SeparableConv2D"),
          Map.entry("Deconvolution2D", "Conv2DTranspose"),
          Map.entry("DenseLayer", "Dense"),
          Map.entry("OutputLayer", "Dense"),
          Map.entry("DropoutLayer", "Dropout"),
          Map.entry("ActivationLayer", "Activation"),
          Map.entry("EmbeddingLayer", "Embedding"),
          Map.entry("EmbeddingSequenceLayer", "Embedding"),
          Map.entry("SimpleRnn", "SimpleRNN"),
          Map.entry("ZeroPaddingLayer", "ZeroPadding2D"),
          Map.entry("SelfAttentionLayer", "MultiHeadAttention"),
          Map.entry("MergeVertex", "Concatenate"));

  /** Batch normalization's running statistics, which are no weights to Keras' optimizers. */
  private static final Set<String> STATISTICS = Set.of("mean", "var", "log10stdev");

  private LayerCosts() {}

  /**
   * One layer's line.
   *
   * @param in what it took of one example, before a change of shape that belongs to it
   * @param out what it gave
   */
  static LayerSummary of(
      String name,
      org.deeplearning4j.nn.api.Layer built,
      INDArray in,
      INDArray out,
      List<String> from) {
    Layer layer = built.conf().getLayer();
    long all = built.numParams();
    return new LayerSummary(
        name,
        type(layer),
        shape(out),
        all,
        trainable(built, layer),
        multiplyAdds(built, layer, in, out),
        from);
  }

  /** The line of what has no parameters, such as an addition. */
  static LayerSummary ofVertex(String name, GraphVertex vertex, INDArray out, List<String> from) {
    String type =
        vertex instanceof ElementWiseVertex joining
            ? capitalised(joining.getOp().name())
            : vertex instanceof PreprocessorVertex
                ? "Reshape"
                : KERAS.getOrDefault(
                    vertex.getClass().getSimpleName(), vertex.getClass().getSimpleName());
    return new LayerSummary(name, type, shape(out), 0, 0, 0, from);
  }

  private static String capitalised(String word) {
    return word.substring(0, 1) + word.substring(1).toLowerCase(Locale.ROOT);
  }

  private static String type(Layer layer) {
    Layer inner = unwrapped(layer);
    if (inner instanceof Bidirectional both) {
      return "Bidirectional(%s)".formatted(type(both.getFwd()));
    }
    if (inner instanceof GlobalPoolingLayer pooling) {
      return pooling.getPoolingType() == PoolingType.MAX
          ? "GlobalMaxPooling"
          : "GlobalAveragePooling";
    }
    if (inner instanceof SubsamplingLayer pooling) {
      return (pooling.getPoolingType() == PoolingType.MAX ? "MaxPooling" : "AveragePooling")
          + (pooling instanceof Subsampling1DLayer ? "1D" : "2D");
    }
    String name = inner.getClass().getSimpleName();
    return KERAS.getOrDefault(name, name);
  }

  /** Without what only takes its last step. */
  private static Layer unwrapped(Layer layer) {
    return layer instanceof BaseWrapperLayer wrapper ? unwrapped(wrapper.getUnderlying()) : layer;
  }

  /** Channels come last with Keras. */
  private static List<Long> shape(INDArray array) {
    long[] shape = array.shape();
    LongStream spatial = Arrays.stream(shape).skip(2);
    return LongStream.concat(spatial, LongStream.of(shape.length > 1 ? shape[1] : 1))
        .boxed()
        .toList();
  }

  private static long trainable(org.deeplearning4j.nn.api.Layer built, Layer layer) {
    // Their configuration is that of the layer within.
    if (built instanceof FrozenLayer || built instanceof FrozenLayerWithBackprop) {
      return 0;
    }
    long trainable = 0;
    for (Map.Entry<String, INDArray> param : built.paramTable().entrySet()) {
      boolean statistic =
          unwrapped(layer) instanceof BatchNormalization && STATISTICS.contains(param.getKey());
      if (!statistic && !(layer.getUpdaterByParam(param.getKey()) instanceof NoOp)) {
        trainable += param.getValue().length();
      }
    }
    return trainable;
  }

  private static long multiplyAdds(
      org.deeplearning4j.nn.api.Layer built, Layer layer, INDArray in, INDArray out) {
    Layer inner = unwrapped(layer);
    if (inner instanceof EmbeddingLayer
        || inner instanceof EmbeddingSequenceLayer
        || inner instanceof BatchNormalization) {
      return 0;
    }
    long weights = weights(built, layer);
    if (inner instanceof SelfAttentionLayer attention) {
      long steps = in.size(2);
      // Each step's query with each step's key, and each weight with each value, of all heads.
      long width = attention.getNHeads() * attention.getHeadSize();
      return steps * weights + 2 * steps * steps * width;
    }
    return weights * times(inner, in, out);
  }

  private static long weights(org.deeplearning4j.nn.api.Layer built, Layer layer) {
    ParamInitializer initializer = layer.initializer();
    return built.paramTable().entrySet().stream()
        .filter(param -> initializer.isWeightParam(layer, param.getKey()))
        .mapToLong(param -> param.getValue().length())
        .sum();
  }

  /** How often each weight meets a value. */
  private static long times(Layer layer, INDArray in, INDArray out) {
    return layer instanceof Deconvolution2D
            || layer instanceof BaseRecurrentLayer
            || layer instanceof Bidirectional
        ? positions(in)
        : positions(out);
  }

  /** Pixels of an image, steps of a sequence, 1 of a row. */
  private static long positions(INDArray array) {
    return Arrays.stream(array.shape()).skip(2).reduce(1, Math::multiplyExact);
  }
}
