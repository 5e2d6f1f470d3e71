/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

import io.kindling.input.InputSpec.ZeroId;

/**
 * Token ids, four bytes each. Padding, the id 0 at either end, is left out; a text without any
 * token is one unknown token, so that it has a prediction. For networks of Keras the id 0 is a
 * token like others, or none wherever it is, as {@link InputSpec#zero} says.
 */
final class TokenCodec implements ExampleCodec {
  private final InputSpec spec;

  TokenCodec(InputSpec spec) {
    this.spec = spec;
  }

  @Override
  public int stepBytes() {
    return Integer.BYTES;
  }

  @Override
  public void encode(Object value, ExampleBuffer out) throws BadInputException {
    ZeroId zero = spec.zero();
    TokenIds steps = (TokenIds) value;
    if (zero == ZeroId.TOKEN) {
      // Padding, too, is steps to it.
      steps = TokenIds.of(steps.values());
    }
    byte[] bytes = out.resize(Math.multiplyExact(Math.max(1, steps.length()), Integer.BYTES));
    int count = 0;
    int end = 0;
    for (int i = 0; i < steps.length(); i++) {
      int id = id(steps.values()[steps.start() + i], i);
      boolean real = id != SequenceColumn.PADDING_ID || zero == ZeroId.TOKEN;
      if (real || (count > 0 && zero == ZeroId.PADDING)) {
        LittleEndian.putInt(bytes, Integer.BYTES * count++, id);
      }
      if (real) {
        end = count;
      }
    }
    if (end == 0 && zero != ZeroId.PADDING) {
      throw new BadInputException("sequence without tokens");
    }
    if (end == 0) {
      LittleEndian.putInt(bytes, 0, SequenceColumn.UNKNOWN_ID);
      end = 1;
    }
    out.resize(end * Integer.BYTES);
  }

  private int id(int id, int index) throws BadInputException {
    if (id < 0 || id >= spec.vocabulary()) {
      throw new BadInputException(
          "token %d is %d, but the network knows %d ids, from 0 on"
              .formatted(index, id, spec.vocabulary()));
    }
    return id;
  }

  @Override
  public void decode(byte[] encoded, int offset, int steps, float[] out, int outOffset, int room) {
    for (int step = 0; step < steps; step++) {
      out[outOffset + step] = LittleEndian.getInt(encoded, offset + step * Integer.BYTES);
    }
  }
}
