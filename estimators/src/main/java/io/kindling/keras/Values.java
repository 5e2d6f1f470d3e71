/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import io.kindling.network.FlowKind;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a layer gives for one example.
 *
 * @param kind null behind a layer that cannot be imported, where nothing is known
 * @param height of an image, else 1; -1 where it is not known
 * @param width of an image, else 1; -1 where it is not known
 * @param channels of an image, values of a row or of a step; -1 where it is not known
 * @param order for each value of a row, its place in Keras's row; null where they are the same
 * @param masked whether Keras leaves out steps of padding
 */
@SuppressWarnings("ArrayRecordComponent") // compared by sameOrder
record Values(FlowKind kind, int height, int width, int channels, int[] order, boolean masked) {
  static final Values UNKNOWN = new Values(null, -1, -1, -1, null, false);

  static Values image(int height, int width, int channels) {
    return new Values(FlowKind.IMAGE, height, width, channels, null, false);
  }

  static Values row(int length, int[] order) {
    return new Values(FlowKind.ROW, 1, 1, length, order, false);
  }

  static Values steps(int width, boolean masked) {
    return new Values(FlowKind.STEPS, 1, 1, width, null, masked);
  }

  boolean isKnown() {
    return kind != null;
  }

  boolean is(FlowKind wanted) {
    return kind == wanted;
  }

  /** All values of an image or a row. */
  int size() {
    return height < 0 || width < 0 || channels < 0 ? -1 : height * width * channels;
  }

  /**
   * @throws LayerProblem if it is of none of these kinds
   */
  void require(FlowKind... wanted) {
    if (isKnown() && !List.of(wanted).contains(kind)) {
      throw new LayerProblem(
          "takes %s, but %s reach it"
              .formatted(
                  Arrays.stream(wanted).map(FlowKind::toString).collect(Collectors.joining(" or ")),
                  kind));
    }
  }

  /** The same kind of values, as many of them in each place as given. */
  Values withChannels(int count) {
    return new Values(kind, height, width, count, null, masked);
  }

  boolean sameOrder(Values other) {
    return Arrays.equals(order, other.order);
  }
}
