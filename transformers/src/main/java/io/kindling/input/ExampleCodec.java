/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

/**
 * One example between a program's value, the compact bytes that are kept and moved, and floats. An
 * example is a run of steps; of a fixed kind, an image or a vector, it is one step. Immutable.
 */
interface ExampleCodec {
  /** The bytes of one step. */
  int stepBytes();

  /**
   * Writes one example in compact form.
   *
   * @param value as {@link NetworkInput#encode} takes it, not null
   * @throws BadInputException if it is not what the network takes; {@code out} may then hold part
   */
  void encode(Object value, ExampleBuffer out) throws BadInputException;

  /**
   * Turns encoded steps into the network's floats.
   *
   * @param steps of the example, at most {@code room}
   * @param out is zero where nothing is written; a value {@code v} of step {@code t} goes to {@code
   *     outOffset + v * room + t}
   * @param room steps that the minibatch has for each example
   */
  void decode(byte[] encoded, int offset, int steps, float[] out, int outOffset, int room);
}
