/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.layers.ReshapePreProcessor;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;

/** Layers that change the shape of images, and of other values into images. */
final class ImageShapeTypes {
  static final Map<String, LayerType> ALL =
      Map.of(
          "flatten", LayerType.of(ImageShapeTypes::flatten),
          "reshape", LayerType.of(ImageShapeTypes::reshape).needing("target-shape", "[28, 28, 1]"),
          "zero-padding2d", LayerType.of(ImageShapeTypes::zeroPadding, "padding"),
          "cropping2d", LayerType.of(ImageShapeTypes::cropping, "cropping"),
          "upsampling2d", LayerType.of(ImageShapeTypes::upsampling, "size"));

  private ImageShapeTypes() {}

  /** In DL4J's order of values, channel by channel, which no layer behind it can tell. */
  private static Piece flatten(LayerSettings layer, Flow in) {
    layer.require(
        in.is(FlowKind.IMAGE) || in.is(FlowKind.ROW),
        in,
        FlowKind.IMAGE,
        in.is(FlowKind.TOKENS)
            ? "; put an embedding and global-average-pooling1d in its place"
            : "; put global-max-pooling1d, global-average-pooling1d or last-step in its place");
    return new Piece.Reshaping(
        in.is(FlowKind.ROW)
            ? null
            : new CnnToFeedForwardPreProcessor(in.first(), in.sizes().get(1), in.units()));
  }

  private static Piece reshape(LayerSettings layer, Flow in) {
    layer.require(
        in.is(FlowKind.IMAGE) || in.is(FlowKind.ROW) || (in.is(FlowKind.STEPS) && in.first() > 0),
        in,
        "images or rows of values",
        "");
    List<Integer> target = layer.shape("target-shape");
    // No further than past the values that there are, so that it cannot overflow.
    long given =
        target.stream()
            .filter(size -> size > 0)
            .mapToLong(Integer::longValue)
            .reduce(1, (product, size) -> product > in.values() ? product : product * size);
    long open = target.stream().filter(size -> size < 0).count();
    if (target.size() > 3
        || open > 1
        || (open == 1 ? in.values() % given != 0 : in.values() != given)) {
      throw layer.error(
          "has target-shape = %s, but %s reach it, %d values for each example; give one to three sizes of as many values"
              .formatted(target, in, in.values()));
    }
    long[] sizes =
        target.stream().mapToLong(size -> size < 0 ? in.values() / given : size).toArray();
    return new Piece.Reshaping(
        new ReshapePreProcessor(in.sizes().stream().mapToLong(Long::longValue).toArray(), sizes));
  }

  private static Piece zeroPadding(LayerSettings layer, Flow in) {
    layer.require(in.is(FlowKind.IMAGE), in, FlowKind.IMAGE, "");
    return new Piece.One(new ZeroPaddingLayer.Builder(layer.borders("padding", 1)).build());
  }

  private static Piece cropping(LayerSettings layer, Flow in) {
    layer.require(in.is(FlowKind.IMAGE), in, FlowKind.IMAGE, "");
    int[] borders = layer.borders("cropping", 0);
    if (borders[0] + borders[1] >= in.first() || borders[2] + borders[3] >= in.sizes().get(1)) {
      throw layer.error(
          "has cropping = %s, which leaves nothing of the %s that reach it; crop less"
              .formatted(layer.spec().settings().get("cropping"), in));
    }
    return new Piece.One(new Cropping2D.Builder(borders).build());
  }

  private static Piece upsampling(LayerSettings layer, Flow in) {
    layer.require(in.is(FlowKind.IMAGE), in, FlowKind.IMAGE, "");
    return new Piece.One(
        new Upsampling2D.Builder(1).size(layer.sizes("size", 2, new int[] {2, 2})).build());
  }
}
