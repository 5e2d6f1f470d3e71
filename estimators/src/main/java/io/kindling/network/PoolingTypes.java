/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import java.util.Map;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;

/** Pooling over windows of images and steps, and over all of them. */
final class PoolingTypes {
  static final Map<String, LayerType> ALL =
      Map.of(
          "max-pooling1d", pooling1d(SubsamplingLayer.PoolingType.MAX),
          "average-pooling1d", pooling1d(SubsamplingLayer.PoolingType.AVG),
          "max-pooling2d", pooling2d(SubsamplingLayer.PoolingType.MAX),
          "average-pooling2d", pooling2d(SubsamplingLayer.PoolingType.AVG),
          "global-max-pooling1d", global(PoolingType.MAX, FlowKind.STEPS),
          "global-average-pooling1d", global(PoolingType.AVG, FlowKind.STEPS),
          "global-max-pooling2d", global(PoolingType.MAX, FlowKind.IMAGE),
          "global-average-pooling2d", global(PoolingType.AVG, FlowKind.IMAGE));

  private PoolingTypes() {}

  /** Asks for sequences. */
  static void requireSteps(LayerSettings layer, Flow in) {
    layer.require(
        in.is(FlowKind.STEPS),
        in,
        FlowKind.STEPS,
        in.is(FlowKind.TOKENS)
            ? "; put an embedding first"
            : in.is(FlowKind.ROW) && layer.place() > 1
                ? "; where they come from a recurrent layer, set its return-sequences = true"
                : "");
  }

  private static LayerType pooling2d(SubsamplingLayer.PoolingType type) {
    return LayerType.of(
        (layer, in) -> {
          layer.require(in.is(FlowKind.IMAGE), in, FlowKind.IMAGE, "");
          int[] size = layer.sizes("pool-size", 2, new int[] {2, 2});
          ConvolutionMode mode = ConvolutionTypes.padding(layer);
          ConvolutionTypes.checkWindow(layer, "pool-size", mode, size, new int[] {1, 1}, in);
          return new Piece.One(
              new SubsamplingLayer.Builder(type)
                  .kernelSize(size)
                  .stride(layer.sizes("strides", 2, size))
                  .convolutionMode(mode)
                  .build());
        },
        "pool-size",
        "strides",
        "padding");
  }

  private static LayerType pooling1d(SubsamplingLayer.PoolingType type) {
    return LayerType.of(
        (layer, in) -> {
          requireSteps(layer, in);
          int[] size = layer.sizes("pool-size", 1, new int[] {2});
          ConvolutionTypes.checkWindow(
              layer, "pool-size", ConvolutionMode.Truncate, size, new int[] {1}, in);
          return new Piece.One(
              new Subsampling1DLayer.Builder(type)
                  .kernelSize(size[0])
                  .stride(layer.sizes("strides", 1, size)[0])
                  .convolutionMode(ConvolutionMode.Truncate)
                  .build());
        },
        "pool-size",
        "strides");
  }

  private static LayerType global(PoolingType type, FlowKind kind) {
    return LayerType.of(
        (layer, in) -> {
          if (kind == FlowKind.STEPS) {
            requireSteps(layer, in);
          } else {
            layer.require(in.is(kind), in, kind, "");
          }
          return new Piece.One(new GlobalPoolingLayer.Builder(type).build());
        });
  }
}
