/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.recurrent;

import io.kindling.input.NativeFloats;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.LSTM;
import org.deeplearning4j.nn.params.LSTMParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Deeplearning4j's LSTM layer, computed by {@link LstmSteps}. What the forward pass of a training
 * step computed serves its backward pass, where Deeplearning4j 1.0.0-M2.1 computes it twice.
 *
 * <p>Input {@code [examples, inputs, steps]}, output {@code [examples, units, steps]}, mask {@code
 * [examples, steps]} or none. State from step to step ({@code rnnTimeStep}, truncated
 * backpropagation) stays with Deeplearning4j's own code.
 *
 * <p>Not safe for use by several threads at once, as no layer is.
 */
final class FusedLstm extends LSTM {
  private static final long serialVersionUID = 1L;

  private final transient LstmSteps steps = new LstmSteps();
  private final transient StepByStep turned = new StepByStep();
  private transient boolean inputGradientWanted = true;

  /** The input whose forward pass the next backward pass can use. */
  private transient INDArray keptInput;

  FusedLstm(NeuralNetConfiguration configuration, DataType type) {
    super(configuration, type);
  }

  /** Nothing below this layer learns: the gradient of its input is null from now on. */
  void leaveOutInputGradient() {
    inputGradientWanted = false;
  }

  @Override
  public INDArray activate(INDArray input, boolean training, LayerWorkspaceMgr workspaces) {
    setInput(input, workspaces);
    return activate(training, workspaces);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    if (!fits()) {
      return super.activate(training, workspaces);
    }
    long[] shape = {input.size(0), layerConf().getNOut(), input.size(2)};
    INDArray activations =
        workspaces.createUninitialized(ArrayType.ACTIVATIONS, DataType.FLOAT, shape, 'f');
    NativeFloats to = NativeFloats.of(activations);
    int block = Math.toIntExact(shape[0] * shape[1]);
    forward(training, workspaces, (step, output) -> to.put((long) step * block, output, block));
    clear(to, block, (int) shape[2]);
    return activations;
  }

  /**
   * The output of one step of each example.
   *
   * @param step which, by example; null for the last of all
   * @return {@code [examples, units]}
   */
  INDArray activateStep(int[] step, boolean training, LayerWorkspaceMgr workspaces) {
    int examples = (int) input.size(0);
    int units = Math.toIntExact(layerConf().getNOut());
    float[] chosen = new float[examples * units];
    int last = (int) input.size(2) - 1;
    forward(
        training,
        workspaces,
        (now, output) -> {
          for (int example = 0; example < examples; example++) {
            if (now == (step == null ? last : step[example])) {
              for (int at = example; at < chosen.length; at += examples) {
                chosen[at] = output[at];
              }
            }
          }
        });
    INDArray activations =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS, DataType.FLOAT, new long[] {examples, units}, 'f');
    NativeFloats.of(activations).put(0, chosen, chosen.length);
    return activations;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    if (!fits() || !gradients().isDense()) {
      return super.backpropGradient(epsilon, workspaces);
    }
    INDArray floats = epsilon.castTo(DataType.FLOAT);
    INDArray dense =
        LstmWeights.isDense(floats)
            ? floats
            : workspaces.dup(ArrayType.BP_WORKING_MEM, floats, 'f');
    NativeFloats from = NativeFloats.of(dense);
    int block = Math.toIntExact(epsilon.size(0) * epsilon.size(1));
    float[] ofStep = new float[block];
    return backward(
        workspaces,
        (step, to) -> {
          from.get((long) step * block, ofStep, block);
          GateLoops.add(ofStep, to, block);
        });
  }

  /**
   * The backward pass where only one step of each example has a gradient.
   *
   * @param epsilon {@code [examples, units]}
   * @param step as in {@link #activateStep}
   */
  Pair<Gradient, INDArray> backpropStep(
      INDArray epsilon, int[] step, LayerWorkspaceMgr workspaces) {
    int examples = (int) epsilon.size(0);
    int length = Math.toIntExact(epsilon.length());
    float[] floats = new float[length];
    NativeFloats.of(epsilon.castTo(DataType.FLOAT).dup('f')).get(0, floats, length);
    int last = (int) input.size(2) - 1;
    return backward(
        workspaces,
        (now, to) -> {
          for (int example = 0; example < examples; example++) {
            if (now == (step == null ? last : step[example])) {
              for (int at = example; at < length; at += examples) {
                to[at] += floats[at];
              }
            }
          }
        });
  }

  /** Whether this input and mask are of the kind that is computed here. */
  boolean fits() {
    return input != null
        && input.rank() == 3
        && input.dataType() == DataType.FLOAT
        && input.length() > 0
        && input.size(1) == layerConf().getNIn()
        && (maskArray == null
            || (maskArray.rank() == 2
                && maskArray.size(0) == input.size(0)
                && maskArray.size(1) == input.size(2)));
  }

  @Override
  public void close() {
    keptInput = null;
    steps.close();
    turned.close();
  }

  private void forward(boolean training, LayerWorkspaceMgr workspaces, LstmSteps.Output sink) {
    applyDropOutIfNecessary(training, workspaces);
    keptInput = null;
    steps.forward(
        weights(training, workspaces),
        stepByStep(workspaces),
        (int) input.size(0),
        (int) input.size(2),
        maskArray == null ? null : StepMask.of(maskArray),
        training,
        sink);
    keptInput = training ? input : null;
  }

  /** The input in order {@code f}, copied where it is not. */
  private NativeFloats stepByStep(LayerWorkspaceMgr workspaces) {
    if (LstmWeights.isDense(input)) {
      return NativeFloats.of(input);
    }
    return StepByStep.liesByExample(input)
        ? turned.turn(input)
        : NativeFloats.of(workspaces.dup(ArrayType.FF_WORKING_MEM, input, 'f'));
  }

  private Pair<Gradient, INDArray> backward(
      LayerWorkspaceMgr workspaces, LstmSteps.OutputGradient outputGradient) {
    if (keptInput != input) {
      forward(true, workspaces, (step, output) -> {});
    }
    keptInput = null;
    INDArray inputGradient = null;
    NativeFloats to = null;
    if (inputGradientWanted) {
      inputGradient =
          workspaces.createUninitialized(
              ArrayType.ACTIVATION_GRAD, DataType.FLOAT, input.shape(), 'f');
      to = NativeFloats.of(inputGradient);
    }
    LstmWeights gradients = gradients();
    steps.backward(weights(true, workspaces), outputGradient, gradients, to);
    weightNoiseParams.clear();
    if (to != null) {
      clear(to, Math.toIntExact(input.size(0) * input.size(1)), (int) input.size(2));
      inputGradient = backpropDropOutIfPresent(inputGradient);
    }
    Gradient gradient = new DefaultGradient();
    Map<String, INDArray> byName = gradient.gradientForVariable();
    byName.put(LSTMParamInitializer.INPUT_WEIGHT_KEY, gradients.input());
    byName.put(LSTMParamInitializer.RECURRENT_WEIGHT_KEY, gradients.recurrent());
    byName.put(LSTMParamInitializer.BIAS_KEY, gradients.bias());
    return new Pair<>(gradient, inputGradient);
  }

  /** Zeros for the steps after the last real one. */
  private void clear(NativeFloats blocks, int block, int count) {
    if (steps.end() < count) {
      float[] zeros = new float[block];
      for (int step = steps.end(); step < count; step++) {
        blocks.put((long) step * block, zeros, block);
      }
    }
  }

  private LstmWeights weights(boolean training, LayerWorkspaceMgr workspaces) {
    // In Deeplearning4j's order: weight noise is drawn as they are asked for.
    INDArray recurrent =
        getParamWithNoise(LSTMParamInitializer.RECURRENT_WEIGHT_KEY, training, workspaces);
    INDArray inputs =
        getParamWithNoise(LSTMParamInitializer.INPUT_WEIGHT_KEY, training, workspaces);
    INDArray bias = getParamWithNoise(LSTMParamInitializer.BIAS_KEY, training, workspaces);
    return LstmWeights.dense(inputs, recurrent, bias);
  }

  private LstmWeights gradients() {
    return new LstmWeights(
        gradientViews.get(LSTMParamInitializer.INPUT_WEIGHT_KEY),
        gradientViews.get(LSTMParamInitializer.RECURRENT_WEIGHT_KEY),
        gradientViews.get(LSTMParamInitializer.BIAS_KEY));
  }
}
