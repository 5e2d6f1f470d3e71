/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.image;

import java.util.Arrays;

/**
 * A decoded image: unsigned bytes, row by row from the top, the channels of a pixel side by side in
 * OpenCV's order: grey, or blue green red, or blue green red alpha.
 *
 * @param height rows, at least 1
 * @param width columns, at least 1
 * @param channels 1, 3 or 4
 * @param data {@code height * width * channels} bytes, {@code [height, width, channels]}; not
 *     copied
 */
@SuppressWarnings("ArrayRecordComponent") // equality by content is written out below
public record Pixels(int height, int width, int channels, byte[] data) {

  /**
   * @throws IllegalArgumentException if a size is not positive, channels are not 1, 3 or 4, or the
   *     data has another length than the sizes ask for
   */
  public Pixels {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException("an image cannot be " + width + " x " + height);
    }
    if (channels != 1 && channels != 3 && channels != 4) {
      throw new IllegalArgumentException(
          "an image has 1, 3 or 4 channels, this one has " + channels);
    }
    long wanted = (long) height * width * channels;
    if (data.length != wanted) {
      throw new IllegalArgumentException(
          "an image of %d x %d with %d channels has %d bytes, this one has %d"
              .formatted(width, height, channels, wanted, data.length));
    }
  }

  /** One sample, 0 to 255. */
  public int at(int row, int column, int channel) {
    return data[(row * width + column) * channels + channel] & 0xff;
  }

  /**
   * The same picture in so many channels: grey from colour by ITU-R 601 luma, colour from grey by
   * repetition; transparency is laid on white where it goes, and opaque where it comes.
   *
   * @param wanted 1, 3 or 4, or 0 for as it is
   */
  public Pixels inChannels(int wanted) {
    return wanted == 0 || wanted == channels ? this : Samples.inChannels(this, wanted);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pixels that
        && height == that.height
        && width == that.width
        && channels == that.channels
        && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * height + width) + channels) + Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return "Pixels[" + width + " x " + height + ", channels=" + channels + "]";
  }
}
