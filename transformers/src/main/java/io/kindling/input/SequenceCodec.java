/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

import scala.collection.Iterator;

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
    Steps steps = Steps.of(value);
    if (steps.length() == 0) {
      throw new BadInputException("sequence without steps");
    }
    Iterator<?> elements = steps.iterator();
    byte[] bytes = out.resize(Math.multiplyExact(steps.length(), stepBytes()));
    for (int step = 0; step < steps.length(); step++) {
      Object numbers = elements.next();
      if (numbers == null) {
        throw new BadInputException("step " + step + " is null");
      }
      int width = Numbers.size(numbers);
      if (width != spec.width()) {
        throw new BadInputException(
            "step %d has %d values, but the network takes %s".formatted(step, width, spec));
      }
      Numbers.put(numbers, "step " + step, bytes, step * stepBytes());
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
