/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

import io.kindling.data.image.Pixels;

/**
 * Images: a pixel is one byte for each channel, and becomes {@code [channels, height, width]}
 * floats, its colours in the order red, green, blue, scaled.
 */
final class PixelCodec implements ExampleCodec {
  private final InputSpec spec;
  private final float[][] tables;

  PixelCodec(InputSpec spec) {
    this.spec = spec;
    this.tables = new float[spec.channels()][];
    for (int channel = 0; channel < tables.length; channel++) {
      tables[channel] = spec.scaling().table(channel);
    }
  }

  @Override
  public int stepBytes() {
    return spec.values();
  }

  @Override
  public void encode(Object value, ExampleBuffer out) throws BadInputException {
    Pixels pixels = (Pixels) value;
    if (pixels.height() != spec.height()
        || pixels.width() != spec.width()
        || pixels.channels() != spec.channels()) {
      throw new BadInputException(
          "image of %dx%dx%d, but the network takes %s; ImageResizer makes them one size"
              .formatted(pixels.height(), pixels.width(), pixels.channels(), spec));
    }
    byte[] data = pixels.data();
    System.arraycopy(data, 0, out.resize(data.length), 0, data.length);
  }

  @Override
  public void decode(byte[] encoded, int offset, int steps, float[] out, int outOffset, int room) {
    int channels = spec.channels();
    int plane = spec.height() * spec.width();
    for (int channel = 0; channel < channels; channel++) {
      float[] table = tables[channel];
      int from = offset + stored(channel, channels);
      int to = outOffset + channel * plane;
      for (int pixel = 0; pixel < plane; pixel++) {
        out[to + pixel] = table[encoded[from] & 0xff];
        from += channels;
      }
    }
  }

  /** Where a pixel holds a channel: it holds blue, green, red (and alpha). */
  private static int stored(int channel, int channels) {
    return channels >= 3 && channel < 3 ? 2 - channel : channel;
  }
}
