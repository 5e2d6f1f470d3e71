/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

/** Vectors and arrays of numbers, as floats. */
final class VectorCodec implements ExampleCodec {
  private final InputSpec spec;

  VectorCodec(InputSpec spec) {
    this.spec = spec;
  }

  @Override
  public int stepBytes() {
    return Math.multiplyExact(spec.values(), Float.BYTES);
  }

  @Override
  public void encode(Object value, ExampleBuffer out) throws BadInputException {
    float[] numbers = (float[]) value;
    if (numbers.length != spec.width()) {
      throw new BadInputException(
          "vector of length " + numbers.length + ", but the network takes " + spec);
    }
    FiniteFloats.put(numbers, "the input", out.resize(stepBytes()), 0);
  }

  @Override
  public void decode(byte[] encoded, int offset, int steps, float[] out, int outOffset, int room) {
    for (int i = 0; i < spec.width(); i++) {
      out[outOffset + i] = LittleEndian.getFloat(encoded, offset + i * Float.BYTES);
    }
  }
}
