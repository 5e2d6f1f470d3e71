/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.layers;

import java.util.Arrays;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Keras' Reshape: the values of each example in another shape, in the order in which Keras has
 * them, channels last, though DL4J's arrays have channels before height and width, and units before
 * steps.
 *
 * <p>A shape of one size is that of rows, of two of sequences (steps, units), of three of images
 * (height, width, channels).
 */
public final class ReshapePreProcessor implements InputPreProcessor {
  private static final long serialVersionUID = 1L;

  private final long[] from;
  private final long[] to;

  /**
   * Between two shapes of as many values.
   *
   * @param from one to three sizes, as {@code to}
   */
  public ReshapePreProcessor(@JsonProperty("from") long[] from, @JsonProperty("to") long[] to) {
    this.from = from.clone();
    this.to = to.clone();
  }

  /** The shape that it takes. */
  public long[] getFrom() {
    return from.clone();
  }

  /** The shape that it gives. */
  public long[] getTo() {
    return to.clone();
  }

  @Override
  public INDArray preProcess(INDArray input, int miniBatchSize, LayerWorkspaceMgr workspaces) {
    return reshaped(input, to, ArrayType.ACTIVATIONS, workspaces);
  }

  @Override
  public INDArray backprop(INDArray output, int miniBatchSize, LayerWorkspaceMgr workspaces) {
    return output == null ? null : reshaped(output, from, ArrayType.ACTIVATION_GRAD, workspaces);
  }

  private static INDArray reshaped(
      INDArray array, long[] sizes, ArrayType type, LayerWorkspaceMgr workspaces) {
    long[] shape = new long[sizes.length + 1];
    shape[0] = array.size(0);
    System.arraycopy(sizes, 0, shape, 1, sizes.length);
    INDArray inOrder = workspaces.dup(type, channelsLast(array), 'c');
    return workspaces.dup(type, channelsFirst(inOrder.reshape('c', shape)), 'c');
  }

  private static INDArray channelsLast(INDArray array) {
    return switch (array.rank()) {
      case 4 -> array.permute(0, 2, 3, 1);
      case 3 -> array.permute(0, 2, 1);
      default -> array;
    };
  }

  private static INDArray channelsFirst(INDArray array) {
    return switch (array.rank()) {
      case 4 -> array.permute(0, 3, 1, 2);
      case 3 -> array.permute(0, 2, 1);
      default -> array;
    };
  }

  @Override
  public InputType getOutputType(InputType type) {
    return switch (to.length) {
      case 1 -> InputType.feedForward(to[0]);
      case 2 -> InputType.recurrent(to[1], to[0]);
      default -> InputType.convolutional(to[0], to[1], to[2]);
    };
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray mask, MaskState state, int miniBatchSize) {
    return new Pair<>(mask, state);
  }

  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod")
  public InputPreProcessor clone() {
    return new ReshapePreProcessor(from, to);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReshapePreProcessor same
        && Arrays.equals(from, same.from)
        && Arrays.equals(to, same.to);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(from) + Arrays.hashCode(to);
  }
}
