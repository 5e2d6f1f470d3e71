/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.input.LittleEndian;

/** How parameters and optimizer state travel between workers. */
public enum Transport {
  /** As they are, four bytes each. */
  FLOAT32(Float.BYTES) {
    @Override
    void encode(byte[] values, byte[] base, byte[] into, int offset) {
      System.arraycopy(values, 0, into, offset, values.length);
    }

    @Override
    byte[] decode(byte[] encoded, int offset, byte[] base) {
      byte[] values = new byte[base.length];
      System.arraycopy(encoded, offset, values, 0, values.length);
      return values;
    }
  },

  /**
   * The change since the round began, two bytes each: a float's sign, exponent and first seven bits
   * of the fraction, rounded to nearest. Half the traffic; a change is off by at most 1/256 of
   * itself.
   */
  BFLOAT16(Short.BYTES) {
    @Override
    void encode(byte[] values, byte[] base, byte[] into, int offset) {
      for (int i = 0; i < values.length; i += Float.BYTES) {
        float before = LittleEndian.getFloat(base, i);
        float value = LittleEndian.getFloat(values, i);
        short change = narrow(value - before);
        // What cannot be negative, as a mean of squares, must not become so by rounding.
        if (before >= 0 && value >= 0 && before + widen(change) < 0) {
          change--;
        }
        LittleEndian.putShort(into, offset + i / 2, change);
      }
    }

    @Override
    byte[] decode(byte[] encoded, int offset, byte[] base) {
      byte[] values = new byte[base.length];
      for (int i = 0; i < values.length; i += Float.BYTES) {
        float change = widen(LittleEndian.getShort(encoded, offset + i / 2));
        LittleEndian.putFloat(values, i, LittleEndian.getFloat(base, i) + change);
      }
      return values;
    }
  };

  private final int valueBytes;

  Transport(int valueBytes) {
    this.valueBytes = valueBytes;
  }

  /** A slice's parameters and optimizer state, given where both stood when the round began. */
  byte[] encode(TrainingState slice, TrainingState base) {
    int params = slice.params().length / Float.BYTES * valueBytes;
    int updater = slice.updaterState().length / Float.BYTES * valueBytes;
    byte[] encoded = new byte[Math.addExact(params, updater)];
    encode(slice.params(), base.params(), encoded, 0);
    encode(slice.updaterState(), base.updaterState(), encoded, params);
    return encoded;
  }

  /** What {@link #encode} encoded, as near as it can be told; without an outer momentum. */
  TrainingState decode(byte[] encoded, TrainingState base) {
    int params = base.params().length / Float.BYTES * valueBytes;
    return new TrainingState(
        decode(encoded, 0, base.params()),
        decode(encoded, params, base.updaterState()),
        base.iterations());
  }

  abstract void encode(byte[] values, byte[] base, byte[] into, int offset);

  abstract byte[] decode(byte[] encoded, int offset, byte[] base);

  private static float widen(short bits) {
    return Float.intBitsToFloat(bits << Short.SIZE);
  }

  private static short narrow(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> Short.SIZE) | 0x40);
    }
    // Half a unit of what is kept, less where that leaves a tie to the even neighbour.
    return (short) ((bits + 0x7fff + ((bits >>> Short.SIZE) & 1)) >>> Short.SIZE);
  }
}
