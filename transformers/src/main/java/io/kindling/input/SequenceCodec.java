/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

/** Steps of as many numbers each, such as time series, as floats. */
final class SequenceCodec implements ExampleCodec {
  private final InputSpec spec;

  SequenceCodec(InputSpec spec) {
    this.spec = spec;
  }

  @Override
  public int stepBytes() {
    return Math.multiplyExact(spec.width(), Float.BYTES);
  }

  @Override
  public void encode(Object value, ExampleBuffer out) throws BadInputException {
    float[][] steps = (float[][]) value;
    if (steps.length == 0) {
      throw new BadInputException("sequence without steps");
    }
    byte[] bytes = out.resize(Math.multiplyExact(steps.length, stepBytes()));
    for (int step = 0; step < steps.length; step++) {
      float[] numbers = steps[step];
      if (numbers == null) {
        throw new BadInputException("step " + step + " is null");
      }
      if (numbers.length != spec.width()) {
        throw new BadInputException(
            "step %d has %d values, but the network takes %s"
                .formatted(step, numbers.length, spec));
      }
      FiniteFloats.put(numbers, "step " + step, bytes, step * stepBytes());
    }
  }

  @Override
  public void decode(byte[] encoded, int offset, int steps, float[] out, int outOffset, int room) {
    int from = offset;
    for (int step = 0; step < steps; step++) {
      for (int value = 0; value < spec.width(); value++) {
        out[outOffset + value * room + step] = LittleEndian.getFloat(encoded, from);
        from += Float.BYTES;
      }
    }
  }
}
