/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

import io.kindling.data.KindlingException;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The features of a minibatch, and for sequences of different lengths the mask that tells real
 * steps from padding, in memory that is used again. Sequences begin at the first step and are
 * padded to the longest of the minibatch.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class FeatureBatch implements AutoCloseable {
  private static final int MOST_FLOATS = Integer.MAX_VALUE / Float.BYTES;

  /** Memory of more than so many times what is needed is let go, unless it is little. */
  private static final int KEPT = 16;

  private static final int SMALL = 1 << 20;

  private final NetworkInput input;
  private float[] values = new float[0];
  private float[] real = new float[0];
  private int examples;
  private int steps;
  private boolean full;
  private INDArray features;
  private INDArray mask;

  public FeatureBatch(NetworkInput input) {
    this.input = input;
  }

  /**
   * Begins a minibatch.
   *
   * @param size examples in it, at least 1
   * @param bytes of the longest encoded example
   */
  public void begin(int size, int bytes) {
    examples = size;
    steps = bytes / input.stepBytes();
    full = true;
    long needed = (long) size * input.spec().values() * steps;
    if (needed > MOST_FLOATS) {
      throw new KindlingException(
          "Cannot assemble a minibatch of %d sequences of up to %d steps, %s: make minibatches smaller (batchSize, training.batch-size; scoringBatchSize, scoring.batch-size) or cut the sequences (SequencePadder, text.length, sequence.length)"
              .formatted(size, steps, input.spec()));
    }
    int floats = (int) needed;
    if (values.length < floats || values.length / KEPT > Math.max(floats, SMALL)) {
      values = new float[floats];
    }
    if (input.spec().isSequence()) {
      if (real.length < size * steps || real.length / KEPT > Math.max(size * steps, SMALL)) {
        real = new float[size * steps];
      }
      Arrays.fill(values, 0, floats, 0f);
      Arrays.fill(real, 0, size * steps, 1f);
    }
  }

  /**
   * Takes an encoded example in.
   *
   * @param place from 0 on, less than the size
   */
  public void put(int place, byte[] encoded, int offset, int length) {
    int own = length / input.stepBytes();
    input.decode(encoded, offset, own, values, place * input.spec().values() * steps, steps);
    if (own < steps) {
      full = false;
      Arrays.fill(real, place * steps + own, (place + 1) * steps, 0f);
    }
  }

  /** Puts what was taken in into the arrays. */
  public void end() {
    long[] shape = input.spec().shape(examples, steps);
    if (features == null || !Arrays.equals(features.shape(), shape)) {
      HostArrays.release(features);
      features = Nd4j.createUninitialized(shape, 'c');
    }
    HostArrays.copy(values, features);
    if (full) {
      HostArrays.release(mask);
      mask = null;
      return;
    }
    if (mask == null || mask.size(0) != examples || mask.size(1) != steps) {
      HostArrays.release(mask);
      mask = Nd4j.createUninitialized(new long[] {examples, steps}, 'c');
    }
    HostArrays.copy(real, mask);
  }

  /** Float features {@code [examples, ...]}. */
  public INDArray features() {
    return features;
  }

  /** Ones for real steps and zeros for padding, {@code [examples, steps]}; null without padding. */
  public INDArray mask() {
    return mask;
  }

  @Override
  public void close() {
    HostArrays.release(features);
    HostArrays.release(mask);
    features = null;
    mask = null;
  }
}
