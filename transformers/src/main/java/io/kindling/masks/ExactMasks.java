/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.masks;

import io.kindling.data.KindlingException;
import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.graph.vertex.impl.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.layers.DropoutLayer;
import org.deeplearning4j.nn.layers.convolution.Convolution1DLayer;
import org.deeplearning4j.nn.layers.recurrent.BidirectionalLayer;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Puts layers with exact masks into the place of Deeplearning4j 1.0.0-M2.1's that have none:
 * convolution and pooling over steps, both directions, turning around, dropout. They have the same
 * configuration and parameters and give the same for sequences without padding, so that a network
 * is saved as what it was, and other programs that open it get for a sequence alone what is got
 * here for the sequence padded.
 *
 * <p>What is wrong with layers besides masks is put right here, too.
 *
 * <p>Masks are ones before zeros: padding is at the end.
 */
public final class ExactMasks {
  private ExactMasks() {}

  /**
   * Changes a network's layers.
   *
   * @param network initialised
   * @throws KindlingException if a layer's windows depend on how long a minibatch is
   */
  public static void install(MultiLayerNetwork network) {
    DataType type = network.getLayerWiseConfigurations().getDataType();
    Layer[] layers = network.getLayers();
    for (int i = 0; i < layers.length; i++) {
      layers[i] = exact(layers[i], type);
    }
  }

  /** Likewise. */
  public static void install(ComputationGraph graph) {
    DataType type = graph.getConfiguration().getDataType();
    Layer[] layers = graph.getLayers();
    GraphVertex[] vertices = graph.getVertices();
    for (int v = 0; v < vertices.length; v++) {
      if (vertices[v] instanceof ReverseTimeSeriesVertex reverse) {
        vertices[v] = new ExactReverse(graph, reverse, type);
      } else if (vertices[v] instanceof LayerVertex holder) {
        Layer plain = holder.getLayer();
        Layer exact = exact(plain, type);
        if (exact != plain) {
          holder.setLayer(exact);
          for (int i = 0; i < layers.length; i++) {
            layers[i] = layers[i] == plain ? exact : layers[i];
          }
        }
      }
    }
  }

  /** Whether some of a network's layers were changed. */
  public static boolean areIn(Layer[] layers) {
    return Arrays.stream(layers).anyMatch(ExactMasks::isOurs);
  }

  private static boolean isOurs(Layer layer) {
    return layer instanceof BaseWrapperLayer wrapper
        ? isOurs(wrapper.getUnderlying())
        : layer.getClass().getPackage() == ExactMasks.class.getPackage();
  }

  private static Layer exact(Layer layer, DataType type) {
    if (layer instanceof BaseWrapperLayer wrapper) {
      wrapper.setUnderlying(exact(wrapper.getUnderlying(), type));
      return wrapper;
    }
    if (layer.getClass() == BidirectionalLayer.class) {
      return new ExactBidirectional((BidirectionalLayer) layer);
    }
    if (layer.getClass() == Convolution1DLayer.class) {
      Convolution1DLayer convolution = (Convolution1DLayer) layer;
      var conf = convolution.layerConf();
      return new ExactConvolution1D(
          convolution,
          windows(
              conf.getLayerName(),
              conf.getKernelSize()[0],
              conf.getDilation()[0],
              conf.getStride()[0],
              conf.getPadding()[0],
              conf.getConvolutionMode()));
    }
    if (layer.getClass()
        == org.deeplearning4j.nn.layers.convolution.subsampling.Subsampling1DLayer.class) {
      var pooling = (org.deeplearning4j.nn.layers.convolution.subsampling.Subsampling1DLayer) layer;
      Subsampling1DLayer conf = (Subsampling1DLayer) pooling.conf().getLayer();
      return new ExactSubsampling1D(
          pooling,
          type,
          windows(
              conf.getLayerName(),
              conf.getKernelSize()[0],
              conf.getDilation()[0],
              conf.getStride()[0],
              conf.getPadding()[0],
              conf.getConvolutionMode()));
    }
    if (layer.getClass() == DropoutLayer.class) {
      return new UnmaskedDropout((DropoutLayer) layer, type);
    }
    return Defects.mend(layer, type);
  }

  private static Windows windows(
      String name, int kernel, int dilation, int stride, int padding, ConvolutionMode mode) {
    if (mode == ConvolutionMode.Same && stride > 1) {
      throw new KindlingException(
          "Cannot build the network: layer %s goes over steps with a stride of %d and padding 'same', whose windows begin elsewhere in a longer minibatch; set its padding to 'valid' or 'causal'"
              .formatted(name, stride));
    }
    return new Windows(kernel, dilation, stride, padding, mode);
  }
}
