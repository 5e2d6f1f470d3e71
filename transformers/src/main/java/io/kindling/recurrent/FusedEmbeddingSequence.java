/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.recurrent;

import io.kindling.input.HostArrays;
import io.kindling.input.NativeFloats;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.feedforward.embedding.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Deeplearning4j's layer of word vectors, for token ids {@code [examples, 1, steps]} or {@code
 * [examples, steps]} to {@code [examples, width, steps]}, written in order {@code f} as recurrent
 * layers read it. The table lies value by value, all tokens' first values first, and is read and
 * its gradient written that way, one column at a time.
 *
 * <p>With a bias, another activation than identity, or the steps before the width, it is
 * Deeplearning4j's own code. Not safe for use by several threads at once.
 */
final class FusedEmbeddingSequence extends EmbeddingSequenceLayer {
  private static final long serialVersionUID = 1L;

  private transient float[] values = {};
  private transient float[] column = {};

  /** Token ids {@code [steps][examples]} of the last forward pass here, null after another. */
  private transient int[] tokens;

  private transient float[] mask;
  private transient int examples;

  FusedEmbeddingSequence(NeuralNetConfiguration configuration, DataType type) {
    super(configuration, type);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    tokens = null;
    if (!readTokens()) {
      return super.activate(training, workspaces);
    }
    int width = Math.toIntExact(layerConf().getNOut());
    int vocabulary = Math.toIntExact(layerConf().getNIn());
    long[] shape = {examples, width, tokens.length / examples};
    reserve(Math.multiplyExact(tokens.length, width), vocabulary);
    NativeFloats table = NativeFloats.of(getParam(DefaultParamInitializer.WEIGHT_KEY));
    for (int dimension = 0; dimension < width; dimension++) {
      table.get((long) dimension * vocabulary, column, vocabulary);
      look(tokens, column, values, examples, dimension * examples, width * examples);
    }
    maskValues(width);
    INDArray activations =
        workspaces.createUninitialized(ArrayType.ACTIVATIONS, DataType.FLOAT, shape, 'f');
    NativeFloats.of(activations).put(0, values, tokens.length * width);
    return activations;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray gradients = gradientViews.get(DefaultParamInitializer.WEIGHT_KEY);
    if (tokens == null || !LstmWeights.isDense(gradients)) {
      return super.backpropGradient(epsilon, workspaces);
    }
    int width = Math.toIntExact(layerConf().getNOut());
    int vocabulary = Math.toIntExact(layerConf().getNIn());
    reserve(Math.multiplyExact(tokens.length, width), vocabulary);
    INDArray floats = epsilon.castTo(DataType.FLOAT);
    INDArray dense =
        LstmWeights.isDense(floats)
            ? floats
            : workspaces.dup(ArrayType.BP_WORKING_MEM, floats, 'f');
    NativeFloats.of(dense).get(0, values, tokens.length * width);
    maskValues(width);
    NativeFloats to = NativeFloats.of(gradients);
    for (int dimension = 0; dimension < width; dimension++) {
      Arrays.fill(column, 0, vocabulary, 0f);
      collect(tokens, values, column, examples, dimension * examples, width * examples);
      to.put((long) dimension * vocabulary, column, vocabulary);
    }
    Gradient gradient = new DefaultGradient();
    gradient.gradientForVariable().put(DefaultParamInitializer.WEIGHT_KEY, gradients);
    return new Pair<>(gradient, null);
  }

  @Override
  public void clear() {
    super.clear();
    tokens = null;
    mask = null;
  }

  @Override
  public void close() {
    clear();
    values = new float[0];
    column = new float[0];
  }

  private static void look(
      int[] tokens, float[] column, float[] values, int examples, int offset, int stride) {
    for (int from = 0, to = offset; from < tokens.length; from += examples, to += stride) {
      for (int example = 0; example < examples; example++) {
        values[to + example] = column[tokens[from + example]];
      }
    }
  }

  private static void collect(
      int[] tokens, float[] values, float[] column, int examples, int offset, int stride) {
    for (int at = 0, from = offset; at < tokens.length; at += examples, from += stride) {
      for (int example = 0; example < examples; example++) {
        column[tokens[at + example]] += values[from + example];
      }
    }
  }

  private void maskValues(int width) {
    if (mask == null) {
      return;
    }
    float[] ofStep = new float[examples];
    int block = width * examples;
    for (int step = 0; step < tokens.length / examples; step++) {
      System.arraycopy(mask, step * examples, ofStep, 0, examples);
      for (int at = 0; at < block; at += examples) {
        for (int example = 0; example < examples; example++) {
          values[step * block + at + example] *= ofStep[example];
        }
      }
    }
  }

  /**
   * Reads input and mask; returns false, and leaves {@link #tokens} null, where they do not fit.
   */
  private boolean readTokens() {
    if (input == null
        || input.dataType() != DataType.FLOAT
        || input.length() == 0
        || !(input.rank() == 2 || (input.rank() == 3 && input.size(1) == 1))
        || !LstmWeights.isDense(getParam(DefaultParamInitializer.WEIGHT_KEY))) {
      return false;
    }
    int rows = (int) input.size(0);
    int steps = (int) input.size(input.rank() - 1);
    if (maskArray != null
        && (maskArray.rank() != 2 || maskArray.size(0) != rows || maskArray.size(1) != steps)) {
      return false;
    }
    if (layerConf().isInferInputLength()) {
      layerConf().setInputLength(steps);
    } else if (layerConf().getInputLength() != steps) {
      return false;
    }
    float[] ids = HostArrays.floats(input.dup('f'));
    int[] read = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      read[i] = (int) ids[i];
      if (read[i] < 0 || read[i] >= layerConf().getNIn()) {
        return false;
      }
    }
    tokens = read;
    examples = rows;
    mask = maskArray == null ? null : HostArrays.floats(maskArray.castTo(DataType.FLOAT).dup('f'));
    return true;
  }

  private void reserve(int length, int vocabulary) {
    values = values.length < length ? new float[length] : values;
    column = column.length < vocabulary ? new float[vocabulary] : column;
  }
}
