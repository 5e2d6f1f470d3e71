/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.masks;

import io.kindling.replacement.LayerReplacement;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.convolution.DepthwiseConvolution2DLayer;
import org.deeplearning4j.nn.layers.convolution.SeparableConvolution2DLayer;
import org.deeplearning4j.nn.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What is wrong with Deeplearning4j 1.0.0-M2.1's layers besides masks, put right. */
final class Defects {
  private Defects() {}

  /** The layer, changed, or one in its place. */
  static Layer mend(Layer layer, DataType type) {
    if (layer.getClass() == SameDiffLayer.class) {
      return OnceDifferentiated.of((SameDiffLayer) layer, type);
    }
    if (layer instanceof DepthwiseConvolution2DLayer
        || layer instanceof SeparableConvolution2DLayer) {
      nameAsTheyLie(layer);
    } else if (layer.getClass() == ConvolutionLayer.class) {
      leaveOutHelperOfDilation((ConvolutionLayer) layer);
    }
    return layer;
  }

  /**
   * The biases of a depthwise or separable convolution lie before its weights, but are named behind
   * them. The updater goes by the names' order, and so took the weights' penalty and decay from
   * biases.
   */
  private static void nameAsTheyLie(Layer layer) {
    Map<String, INDArray> named = layer.paramTable();
    Map<String, INDArray> inOrder = new LinkedHashMap<>();
    for (String name :
        Arrays.asList(
            SeparableConvolutionParamInitializer.BIAS_KEY,
            SeparableConvolutionParamInitializer.DEPTH_WISE_WEIGHT_KEY,
            SeparableConvolutionParamInitializer.POINT_WISE_WEIGHT_KEY)) {
      if (named.containsKey(name)) {
        inOrder.put(name, named.get(name));
      }
    }
    layer.setParamTable(inOrder);
  }

  /** OneDNN refuses a dilation as it is told of it: an error in the log for each layer. */
  private static void leaveOutHelperOfDilation(ConvolutionLayer layer) {
    if (Arrays.stream(layer.layerConf().getDilation()).anyMatch(rate -> rate > 1)) {
      try {
        LayerReplacement.field(ConvolutionLayer.class, "helper").set(layer, null);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("Deeplearning4j's layers have other fields", e);
      }
    }
  }
}
