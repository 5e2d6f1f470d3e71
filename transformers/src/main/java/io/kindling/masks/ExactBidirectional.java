/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.masks;

import java.lang.reflect.Field;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.BidirectionalLayer;
import org.deeplearning4j.nn.params.BidirectionalParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A recurrent layer in both directions, {@code [batch, size, steps]}, whose backward half reads
 * each sequence from its own last step on and leaves the padding at the end.
 *
 * <p>Deeplearning4j 1.0.0-M2.1's own turns padding and all around, and its LSTM, which is not given
 * the mask, starts with the padding. It also cannot train a pair of last steps.
 */
final class ExactBidirectional extends BidirectionalLayer {
  private static final long serialVersionUID = 1L;

  private static final Field FORWARD = field("fwd");
  private static final Field BACKWARD = field("bwd");

  private final Bidirectional.Mode mode;
  private transient INDArray mask;
  private transient INDArray forwardOutput;
  private transient INDArray backwardOutput;

  ExactBidirectional(BidirectionalLayer plain) {
    super(plain.conf(), half(plain, FORWARD), half(plain, BACKWARD), plain.params());
    this.mode = ((Bidirectional) plain.conf().getLayer()).getMode();
    if (plain.getGradientsViewArray() != null) {
      setBackpropGradientsViewArray(plain.getGradientsViewArray());
    }
  }

  /** The half that reads forward; another one may have been put into its place since. */
  private Layer forward() {
    return half(this, FORWARD);
  }

  private Layer backward() {
    return half(this, BACKWARD);
  }

  private static Layer half(BidirectionalLayer both, Field field) {
    try {
      return (Layer) field.get(both);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("a field that has been opened can be read", e);
    }
  }

  /** The fields have no accessors in 1.0.0-M2.1. */
  private static Field field(String name) {
    try {
      Field field = BidirectionalLayer.class.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException("Deeplearning4j 1.0.0-M2.1 has the field " + name, e);
    }
  }

  @Override
  public void setInput(INDArray values, LayerWorkspaceMgr workspaces) {
    forward().setInput(values, workspaces);
    backward().setInput(Workspaces.beside(values, () -> TurnedSteps.of(values, mask)), workspaces);
  }

  @Override
  public INDArray input() {
    return forward().input();
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    INDArray ahead = forward().activate(training, workspaces);
    INDArray back = backward().activate(training, workspaces);
    if (back.rank() == 3) {
      back = TurnedSteps.of(back, mask);
    }
    INDArray merged =
        switch (mode) {
          case ADD -> ahead.add(back);
          case AVERAGE -> ahead.add(back).muli(0.5);
          case CONCAT -> Nd4j.concat(1, ahead, back);
          case MUL -> {
            forwardOutput = ahead.detach();
            backwardOutput = back.detach();
            yield ahead.mul(back);
          }
        };
    return workspaces.leverageTo(ArrayType.ACTIVATIONS, merged);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray ahead;
    INDArray back;
    switch (mode) {
      case ADD -> {
        ahead = epsilon;
        back = epsilon;
      }
      case AVERAGE -> {
        ahead = epsilon.mul(0.5);
        back = ahead;
      }
      case MUL -> {
        ahead = epsilon.mul(backwardOutput);
        back = epsilon.mul(forwardOutput);
      }
      case CONCAT -> {
        long half = epsilon.size(1) / 2;
        ahead = half(epsilon, 0, half);
        back = half(epsilon, half, 2 * half);
      }
      default -> throw new IllegalStateException("Deeplearning4j has no mode " + mode);
    }
    // Copies: a layer may write into the gradient that it is given.
    ahead = workspaces.dup(ArrayType.BP_WORKING_MEM, ahead, 'f');
    back =
        back.rank() == 3
            ? TurnedSteps.of(back, mask)
            : workspaces.dup(ArrayType.BP_WORKING_MEM, back, 'f');
    Pair<Gradient, INDArray> first = forward().backpropGradient(ahead, workspaces);
    Pair<Gradient, INDArray> second = backward().backpropGradient(back, workspaces);
    Gradient gradient = new DefaultGradient(getGradientsViewArray());
    put(gradient, BidirectionalParamInitializer.FORWARD_PREFIX, first.getFirst());
    put(gradient, BidirectionalParamInitializer.BACKWARD_PREFIX, second.getFirst());
    INDArray below = first.getSecond().add(TurnedSteps.of(second.getSecond(), mask));
    return new Pair<>(gradient, workspaces.leverageTo(ArrayType.ACTIVATION_GRAD, below));
  }

  private static INDArray half(INDArray epsilon, long from, long to) {
    return epsilon.rank() == 2
        ? epsilon.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to))
        : epsilon.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to), NDArrayIndex.all());
  }

  private static void put(Gradient gradient, String prefix, Gradient half) {
    for (Map.Entry<String, INDArray> entry : half.gradientForVariable().entrySet()) {
      gradient.gradientForVariable().put(prefix + entry.getKey(), entry.getValue());
    }
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray given, MaskState state, int minibatch) {
    mask = given;
    // Both halves see the padding at the end.
    backward().feedForwardMaskArray(given, state, minibatch);
    return forward().feedForwardMaskArray(given, state, minibatch);
  }

  @Override
  public void setMaskArray(INDArray given) {
    mask = given;
    forward().setMaskArray(given);
    backward().setMaskArray(given);
  }

  @Override
  public INDArray getMaskArray() {
    return mask;
  }

  @Override
  public void clear() {
    super.clear();
    mask = null;
    forwardOutput = null;
    backwardOutput = null;
  }
}
