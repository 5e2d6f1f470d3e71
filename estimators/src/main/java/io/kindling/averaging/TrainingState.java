/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Where a training stands: what every replica starts a round from. Or a slice of that, which is
 * averaged apart from the others. A class, not a record: Kryo, which a user may have chosen, cannot
 * read records.
 */
public final class TrainingState implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final byte[] NONE = {};

  private final byte[] params;
  private final byte[] updaterState;
  private final byte[] outerMomentum;
  private final int iterations;

  /**
   * @param params the network's parameters, flat, raw little-endian floats
   * @param updaterState the optimizer's state likewise; empty where it has none
   * @param outerMomentum the outer optimizer's, one float for each parameter; empty where it has
   *     none
   * @param iterations minibatches that a replica has seen, as learning-rate schedules and Adam's
   *     bias correction count them
   */
  public TrainingState(byte[] params, byte[] updaterState, byte[] outerMomentum, int iterations) {
    this.params = params;
    this.updaterState = updaterState;
    this.outerMomentum = outerMomentum;
    this.iterations = iterations;
  }

  /** A state without an outer optimizer. */
  public TrainingState(byte[] params, byte[] updaterState, int iterations) {
    this(params, updaterState, NONE, iterations);
  }

  public byte[] params() {
    return params;
  }

  public byte[] updaterState() {
    return updaterState;
  }

  public byte[] outerMomentum() {
    return outerMomentum;
  }

  public int iterations() {
    return iterations;
  }

  /** The same with the outer optimizer's momentum at zero. */
  TrainingState withOuterMomentum() {
    return new TrainingState(params, updaterState, new byte[params.length], iterations);
  }

  /** The same without an outer optimizer's momentum, at another iteration. */
  TrainingState at(int iteration) {
    return new TrainingState(params, updaterState, iteration);
  }

  /** The bytes that travel in a round. */
  long bytes() {
    return (long) params.length + updaterState.length;
  }

  /** One of {@code count} slices of nearly the same size, which together are the whole. */
  TrainingState slice(int index, int count) {
    return new TrainingState(
        cut(params, index, count),
        cut(updaterState, index, count),
        cut(outerMomentum, index, count),
        iterations);
  }

  /** The whole of its slices, in their order. */
  static TrainingState join(List<TrainingState> slices) {
    return new TrainingState(
        join(slices, TrainingState::params),
        join(slices, TrainingState::updaterState),
        join(slices, TrainingState::outerMomentum),
        slices.get(0).iterations);
  }

  private static byte[] cut(byte[] floats, int index, int count) {
    return Arrays.copyOfRange(floats, edge(floats, index, count), edge(floats, index + 1, count));
  }

  private static int edge(byte[] floats, int index, int count) {
    return (int) ((long) floats.length / Float.BYTES * index / count) * Float.BYTES;
  }

  private static byte[] join(List<TrainingState> slices, Function<TrainingState, byte[]> part) {
    return join(slices.stream().map(part).toArray(byte[][]::new));
  }

  /** One array of several, in their order. */
  static byte[] join(byte[][] parts) {
    if (parts.length == 1) {
      return parts[0];
    }
    int length = 0;
    for (byte[] part : parts) {
      length = Math.addExact(length, part.length);
    }
    byte[] whole = new byte[length];
    int end = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, whole, end, part.length);
      end += part.length;
    }
    return whole;
  }
}
