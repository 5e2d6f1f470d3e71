/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

import io.kindling.data.KindlingException;
import java.io.Serializable;
import java.util.List;

/**
 * How a pixel becomes a network's input: {@code (pixel / 255 - mean) / std}, channel by channel.
 *
 * @param mean one value for each channel, in units of the 0 to 1 range, colours in the order red,
 *     green, blue
 * @param std likewise; never zero
 */
public record PixelScaling(List<Double> mean, List<Double> std) implements Serializable {
  public PixelScaling {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != std.size()) {
      throw new KindlingException(
          "Cannot scale pixels: "
              + mean.size()
              + " means but "
              + std.size()
              + " standard deviations; give one of each for every channel");
    }
    for (double value : std) {
      if (!(value > 0 && Double.isFinite(value))) {
        throw new KindlingException(
            "Cannot scale pixels: standard deviation " + value + " is not above zero");
      }
    }
    for (double value : mean) {
      if (!Double.isFinite(value)) {
        throw new KindlingException("Cannot scale pixels: the mean " + value + " is not finite");
      }
    }
  }

  /** Pixels from 0 to 1, nothing else. */
  public static PixelScaling unit(int channels) {
    return new PixelScaling(
        java.util.Collections.nCopies(channels, 0.0), java.util.Collections.nCopies(channels, 1.0));
  }

  /** The 256 values that the pixels of one channel can become. */
  float[] table(int channel) {
    float[] table = new float[256];
    for (int pixel = 0; pixel < table.length; pixel++) {
      table[pixel] = (float) ((pixel / 255.0 - mean.get(channel)) / std.get(channel));
    }
    return table;
  }
}
