/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

/**
 * The way of one example from a program's value to the floats of a minibatch, in two steps: {@link
 * #encode} to the compact bytes that are kept and moved (a pixel one byte, a float or a token id
 * four), {@link #decode} to floats when the minibatch is assembled. Padding is neither kept nor
 * moved. Immutable; safe for use by several threads.
 */
public final class NetworkInput {
  private final InputSpec spec;
  private final ExampleCodec codec;

  public NetworkInput(InputSpec spec) {
    this.spec = spec;
    this.codec =
        switch (spec.kind()) {
          case IMAGE -> new PixelCodec(spec);
          case VECTOR -> new VectorCodec(spec);
          case TOKENS -> new TokenCodec(spec);
          case SEQUENCE -> new SequenceCodec(spec);
        };
  }

  public InputSpec spec() {
    return spec;
  }

  /** The bytes of one step of an encoded example; an image or a vector has one step. */
  public int stepBytes() {
    return codec.stepBytes();
  }

  /**
   * Writes one example in compact form.
   *
   * @param value {@link io.kindling.data.image.Pixels} of an image, {@code float[]} of a vector,
   *     {@link TokenIds} of a text, {@code float[steps][width]} of a series of numbers; {@link
   *     ColumnEncoder} makes them of Spark's values
   * @param out receives a whole number of steps
   * @throws BadInputException if the value is null, of another size than the network takes, not
   *     finite, or no token id that it knows; {@code out} may then hold part of it
   */
  public void encode(Object value, ExampleBuffer out) throws BadInputException {
    if (value == null) {
      throw new BadInputException("no input (null)");
    }
    codec.encode(value, out);
  }

  /**
   * Turns one encoded example into the network's floats: an image becomes {@code [channels, height,
   * width]}, its colours in the order red, green, blue, scaled; a vector stays as it is; a sequence
   * becomes {@code [width, room]}, its last columns left as they are.
   *
   * @param encoded holds {@code steps} times {@link #stepBytes()} bytes from {@code offset} on
   * @param out receives the floats from {@code outOffset} on
   * @param room steps that the minibatch has for each example, 1 for an image or a vector
   */
  public void decode(byte[] encoded, int offset, int steps, float[] out, int outOffset, int room) {
    codec.decode(encoded, offset, steps, out, outOffset, room);
  }
}
