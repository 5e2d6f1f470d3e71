/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.image;

import com.drew.lang.ByteArrayReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;

/** EXIF's orientation: how stored rows and columns are to be turned to stand upright. */
final class Orientation {
  private Orientation() {}

  /**
   * The orientation in an EXIF block.
   *
   * @param exif the block from its TIFF header on
   * @return 1 to 8; 1, which turns nothing, where the block has none or an invalid one
   */
  static int of(byte[] exif) {
    Metadata metadata = new Metadata();
    new ExifReader().extract(new ByteArrayReader(exif), metadata, 0);
    for (ExifIFD0Directory directory : metadata.getDirectoriesOfType(ExifIFD0Directory.class)) {
      Integer value = directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
      if (value != null) {
        return value >= 1 && value <= 8 ? value : 1;
      }
    }
    return 1;
  }

  /**
   * Turns an image upright.
   *
   * @param orientation 1 as stored; 2 mirrored left to right; 3 turned by 180 degrees; 4 mirrored
   *     top to bottom; 5 mirrored over the main diagonal; 6 to be turned clockwise; 7 mirrored over
   *     the other diagonal; 8 to be turned counterclockwise
   */
  static Pixels upright(Pixels stored, int orientation) {
    if (orientation == 1) {
      return stored;
    }
    int h = stored.height();
    int w = stored.width();
    int channels = stored.channels();
    boolean swapped = orientation >= 5;
    int height = swapped ? w : h;
    int width = swapped ? h : w;
    byte[] out = new byte[stored.data().length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int row =
            switch (orientation) {
              case 2 -> y;
              case 3, 4 -> h - 1 - y;
              case 5, 8 -> x;
              default -> h - 1 - x;
            };
        int column =
            switch (orientation) {
              case 2, 3 -> w - 1 - x;
              case 4 -> x;
              case 5, 6 -> y;
              default -> w - 1 - y;
            };
        int from = (row * w + column) * channels;
        int to = (y * width + x) * channels;
        for (int c = 0; c < channels; c++) {
          out[to + c] = stored.data()[from + c];
        }
      }
    }
    return new Pixels(height, width, channels, out);
  }
}
