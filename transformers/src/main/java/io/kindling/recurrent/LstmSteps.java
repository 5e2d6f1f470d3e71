/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.recurrent;

import io.kindling.input.NativeFloats;
import io.kindling.products.MatrixProduct;
import io.kindling.products.MatrixProduct.Operand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The steps of an LSTM without peepholes, forwards and back, and the memory for them.
 *
 * <p>All arrays lie as Deeplearning4j's order {@code f} has {@code [examples, width, steps]}: step
 * by step, unit by unit, the examples of a unit side by side. So each step's matrices are whole
 * blocks, gates are contiguous whatever the number of units, and nothing is transposed between
 * layers. The products run in native memory, the gates in Java arrays. A step's input and the
 * output before it are kept as one matrix, so that going back takes two products a step.
 *
 * <p>A masked step's output and cell are zero, as Deeplearning4j has it, and so are its gradients,
 * which 1.0.0-M2.1 forgets: there, masked steps before or between real ones spoil the gradients.
 *
 * <p>Buffers grow to what the largest minibatch needs and stay until {@link #close}. Not safe for
 * use by several threads at once.
 */
final class LstmSteps implements AutoCloseable {
  /** Takes each step's output. */
  interface Output {
    /**
     * Called once for each step computed, in their order.
     *
     * @param output {@code [units][examples]}, overwritten by the next step
     */
    void accept(int step, float[] output);
  }

  /** Gives the gradient of each step's output. */
  interface OutputGradient {
    /**
     * Called once for each step computed, the last one first.
     *
     * @param to {@code [units][examples]}
     */
    void addTo(int step, float[] to);
  }

  private final List<Gates> gates = new ArrayList<>();
  private final List<float[]> cells = new ArrayList<>();
  private final List<float[]> cellTanhs = new ArrayList<>();
  private int examples;
  private int inputs;
  private int units;
  private int end;
  private StepMask mask;

  private Gates bias = new Gates(0);
  private float[] zeros = {};
  private float[] output = {};
  private float[] cellGradient = {};
  private Gates gradients = new Gates(0);
  private Gates biasGradients = new Gates(0);
  private float[] maskOfStep = {};

  private NativeFloats joinedInputs;
  private NativeFloats joinedWeights;
  private NativeFloats joinedGradients;
  private NativeFloats stepGates;
  private NativeFloats stepGradient;

  /**
   * Runs the steps forwards.
   *
   * @param input {@code [steps][inputs][examples]}
   * @param steps all there are; those after the last real one are left out
   * @param mask null where every step is real
   * @param keep whether {@link #backward} is to follow
   */
  void forward(
      LstmWeights weights,
      NativeFloats input,
      int examples,
      int steps,
      StepMask mask,
      boolean keep,
      Output sink) {
    this.examples = examples;
    this.inputs = weights.inputs();
    this.units = weights.units();
    this.mask = mask;
    this.end = mask == null ? steps : mask.end();
    int length = length();
    int width = width();
    bias = atLeast(length, bias);
    zeros = zeros.length < length ? new float[length] : zeros;
    output = atLeast(length, output);
    maskOfStep = atLeast(examples, maskOfStep);
    weights.spreadBias(bias, examples);
    stepGates = NativeFloats.atLeast(4L * length, stepGates);
    joinedInputs = NativeFloats.atLeast((keep ? (long) end : 1) * width * examples, joinedInputs);
    grow(keep ? end : 2);

    NativeFloats inputWeights = NativeFloats.of(weights.input());
    NativeFloats recurrentWeights = NativeFloats.of(weights.recurrent());
    Operand w = Operand.of(inputWeights, 0, inputs);
    Operand r = Operand.of(recurrentWeights, 0, units);
    Operand z = Operand.of(stepGates, 0, examples);
    float[] before = zeros;
    for (int step = 0; step < end; step++) {
      long block = keep ? (long) step * width * examples : 0;
      long x = (long) step * inputs * examples;
      long h = block + (long) inputs * examples;
      MatrixProduct.multiply(examples, 4 * units, inputs, Operand.of(input, x, examples), w, 0f, z);
      if (step > 0) {
        joinedInputs.put(h, output, length);
        MatrixProduct.multiply(
            examples, 4 * units, units, Operand.of(joinedInputs, h, examples), r, 1f, z);
      } else if (keep) {
        joinedInputs.put(h, zeros, length);
      }
      if (keep) {
        joinedInputs.put(block, input, x, (long) inputs * examples);
      }
      int place = keep ? step : step % 2;
      Gates gate = gates.get(place);
      float[] cell = cells.get(place);
      gate.read(stepGates, length);
      GateLoops.open(gate, bias, length);
      GateLoops.cell(gate, before, cell, length);
      GateLoops.tanhOf(cell, cellTanhs.get(place), length);
      GateLoops.multiply(gate.output(), cellTanhs.get(place), output, length);
      if (readMask(step)) {
        GateLoops.mask(output, maskOfStep, examples, length);
        GateLoops.mask(cell, maskOfStep, examples, length);
      }
      sink.accept(step, output);
      before = cell;
    }
  }

  /**
   * Goes back through the steps of the last {@link #forward} that kept them.
   *
   * @param weights those of the forward pass
   * @param gradients takes the gradients of the weights
   * @param inputGradient takes the gradient of the input, {@code [steps][inputs][examples]}, but
   *     for the steps from {@link #end} on; null where nobody wants it
   */
  void backward(
      LstmWeights weights,
      OutputGradient outputGradient,
      LstmWeights gradients,
      NativeFloats inputGradient) {
    int length = length();
    int width = width();
    cellGradient = atLeast(length, cellGradient);
    this.gradients = atLeast(length, this.gradients);
    biasGradients = new Gates(length);
    Arrays.fill(output, 0, length, 0f);
    Arrays.fill(cellGradient, 0, length, 0f);
    float[] joined = weights.joined();
    joinedWeights = NativeFloats.atLeast(joined.length, joinedWeights);
    joinedWeights.put(0, joined, joined.length);
    joinedGradients = NativeFloats.atLeast(joined.length, joinedGradients);
    stepGradient = NativeFloats.atLeast((long) width * examples, stepGradient);

    Operand dz = Operand.of(stepGates, 0, examples);
    Operand dw = Operand.of(joinedGradients, 0, width);
    long recurrentPart = (long) inputs * examples;
    float keepSum = 0f;
    for (int step = end - 1; step >= 0; step--) {
      Gates gate = gates.get(step);
      outputGradient.addTo(step, output);
      if (readMask(step)) {
        GateLoops.mask(output, maskOfStep, examples, length);
        GateLoops.mask(cellGradient, maskOfStep, examples, length);
      }
      float[] before = step == 0 ? zeros : cells.get(step - 1);
      float[] cellTanh = cellTanhs.get(step);
      GateLoops.cellGradient(gate, cellTanh, output, cellGradient, length);
      GateLoops.gateGradients(gate, before, cellTanh, output, cellGradient, this.gradients, length);
      GateLoops.multiply(gate.forget(), cellGradient, cellGradient, length);
      GateLoops.add(this.gradients, biasGradients, length);
      this.gradients.write(stepGates, length);

      // Of the gradient of input and output before, only what is wanted.
      int from = inputGradient == null ? inputs : 0;
      int to = step == 0 ? inputs : width;
      if (to > from) {
        MatrixProduct.multiply(
            examples,
            to - from,
            4 * units,
            dz,
            Operand.transposed(joinedWeights, from, width),
            0f,
            Operand.of(stepGradient, (long) from * examples, examples));
      }
      if (inputGradient != null) {
        inputGradient.put(step * recurrentPart, stepGradient, 0, recurrentPart);
      }
      if (step > 0) {
        stepGradient.get(recurrentPart, output, length);
      }
      MatrixProduct.multiply(
          width,
          4 * units,
          examples,
          Operand.transposed(joinedInputs, (long) step * width * examples, examples),
          dz,
          keepSum,
          dw);
      keepSum = 1f;
    }
    if (end == 0) {
      Arrays.fill(joined, 0f);
    } else {
      joinedGradients.get(0, joined, joined.length);
    }
    gradients.setJoined(joined);
    gradients.sumBias(biasGradients, examples);
  }

  /** The step after the last that was computed. */
  int end() {
    return end;
  }

  /** Gives all memory back; what was kept is gone. */
  @Override
  public void close() {
    for (NativeFloats floats :
        Arrays.asList(joinedInputs, joinedWeights, joinedGradients, stepGates, stepGradient)) {
      NativeFloats.release(floats);
    }
    joinedInputs = null;
    joinedWeights = null;
    joinedGradients = null;
    stepGates = null;
    stepGradient = null;
    gates.clear();
    cells.clear();
    cellTanhs.clear();
  }

  /** Whether a step has padding; if so, {@link #maskOfStep} tells where. */
  private boolean readMask(int step) {
    if (mask == null || mask.isWhole(step)) {
      return false;
    }
    mask.step(step, maskOfStep);
    return true;
  }

  private void grow(int steps) {
    int length = length();
    for (int step = 0; step < steps; step++) {
      if (step == gates.size()) {
        gates.add(new Gates(length));
        cells.add(new float[length]);
        cellTanhs.add(new float[length]);
      } else if (cells.get(step).length < length) {
        gates.set(step, new Gates(length));
        cells.set(step, new float[length]);
        cellTanhs.set(step, new float[length]);
      }
    }
  }

  private int length() {
    return Math.multiplyExact(units, examples);
  }

  private int width() {
    return inputs + units;
  }

  private static Gates atLeast(int length, Gates old) {
    return old.capacity() < length ? new Gates(length) : old;
  }

  private static float[] atLeast(int length, float[] old) {
    return old.length < length ? new float[length] : old;
  }
}
