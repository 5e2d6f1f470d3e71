/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * From and to the JDK's images, sample by sample. The stored values are taken as they are: no
 * colour conversion, because Java's way from grey to RGB would brighten (it treats grey as linear
 * light) and other tools that train on the same files do not convert either.
 */
final class Samples {
  private Samples() {}

  static Pixels of(BufferedImage image, int channels) {
    int wanted = channels == 0 ? ownChannels(image) : channels;
    int height = image.getHeight();
    int width = image.getWidth();
    if (isStoredAsWanted(image, wanted)) {
      byte[] data = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
      if (data.length == height * width * wanted) {
        return new Pixels(height, width, wanted, data);
      }
    }
    return isStoredBySample(image)
        ? fromSamples(image.getRaster(), wanted)
        : fromColours(image, wanted);
  }

  private static boolean isStoredAsWanted(BufferedImage image, int channels) {
    return (channels == 3 && image.getType() == BufferedImage.TYPE_3BYTE_BGR)
        || (channels == 1 && image.getType() == BufferedImage.TYPE_BYTE_GRAY);
  }

  /** Grey, grey and alpha, RGB or RGBA, each sample a number of its own in 8 or 16 bits. */
  private static boolean isStoredBySample(BufferedImage image) {
    Raster raster = image.getRaster();
    int type = raster.getTransferType();
    return (type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT)
        && raster.getNumBands() == raster.getNumDataElements()
        && !(image.getColorModel() instanceof IndexColorModel);
  }

  private static Pixels fromSamples(Raster raster, int channels) {
    int height = raster.getHeight();
    int width = raster.getWidth();
    byte[] out = new byte[height * width * channels];
    int shift = raster.getTransferType() == DataBuffer.TYPE_USHORT ? 8 : 0;
    int bands = raster.getNumBands();
    int green = bands < 3 ? 0 : 1;
    int blue = bands < 3 ? 0 : 2;
    boolean alpha = bands == 2 || bands == 4;
    int[] row = new int[width * bands];
    int at = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int s = 0; s < row.length; s += bands) {
        int a = alpha ? row[s + bands - 1] >> shift : 255;
        at =
            put(
                out,
                at,
                channels,
                row[s] >> shift,
                row[s + green] >> shift,
                row[s + blue] >> shift,
                a);
      }
    }
    return new Pixels(height, width, channels, out);
  }

  /** Palettes and packed pixels, whose colour model knows the colour of each. */
  private static Pixels fromColours(BufferedImage image, int channels) {
    int height = image.getHeight();
    int width = image.getWidth();
    byte[] out = new byte[height * width * channels];
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int argb : row) {
        at = put(out, at, channels, argb >> 16 & 0xff, argb >> 8 & 0xff, argb & 0xff, argb >>> 24);
      }
    }
    return new Pixels(height, width, channels, out);
  }

  /** From the four components of a CMYK or YCCK JPEG. */
  static Pixels ofInks(Raster raster, EncodedImage.Inks inks, int channels) {
    int wanted = channels == 0 ? 3 : channels;
    int height = raster.getHeight();
    int width = raster.getWidth();
    byte[] out = new byte[height * width * wanted];
    int[] row = new int[width * 4];
    int at = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int s = 0; s < row.length; s += 4) {
        int c = row[s];
        int m = row[s + 1];
        int ye = row[s + 2];
        int k = row[s + 3];
        if (inks == EncodedImage.Inks.CMYK) {
          c = 255 - c;
          m = 255 - m;
          ye = 255 - ye;
          k = 255 - k;
        } else if (inks == EncodedImage.Inks.INVERTED_YCCK) {
          // JFIF's YCbCr to RGB, then RGB to the complementary inks.
          double cb = m - 128;
          double cr = ye - 128;
          int luma = c;
          c = 255 - clip(luma + 1.402 * cr);
          m = 255 - clip(luma - 0.344136 * cb - 0.714136 * cr);
          ye = 255 - clip(luma + 1.772 * cb);
        }
        at = put(out, at, wanted, over255(c * k), over255(m * k), over255(ye * k), 255);
      }
    }
    return new Pixels(height, width, wanted, out);
  }

  private static int clip(double value) {
    return (int) Math.max(0, Math.min(255, Math.round(value)));
  }

  private static int over255(int product) {
    return (product + 127) / 255;
  }

  static Pixels inChannels(Pixels from, int channels) {
    byte[] in = from.data();
    byte[] out = new byte[from.height() * from.width() * channels];
    int bands = from.channels();
    int green = bands == 1 ? 0 : 1;
    int red = bands == 1 ? 0 : 2;
    int at = 0;
    for (int i = 0; i < in.length; i += bands) {
      int a = bands == 4 ? in[i + 3] & 0xff : 255;
      at = put(out, at, channels, in[i + red] & 0xff, in[i + green] & 0xff, in[i] & 0xff, a);
    }
    return new Pixels(from.height(), from.width(), channels, out);
  }

  private static int ownChannels(BufferedImage image) {
    if (image.getColorModel().hasAlpha()) {
      return 4;
    }
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return isGrey(palette) ? 1 : 3;
    }
    return image.getRaster().getNumBands() == 1 ? 1 : 3;
  }

  /** Also how the JDK's reader gives a grey PNG of less than 8 bits. */
  private static boolean isGrey(IndexColorModel palette) {
    for (int i = 0; i < palette.getMapSize(); i++) {
      int grey = palette.getRed(i);
      if (grey != palette.getGreen(i) || grey != palette.getBlue(i)) {
        return false;
      }
    }
    return true;
  }

  /** Writes one pixel and returns where the next one goes. */
  private static int put(byte[] out, int at, int channels, int r, int g, int b, int a) {
    if (channels == 4) {
      out[at] = (byte) b;
      out[at + 1] = (byte) g;
      out[at + 2] = (byte) r;
      out[at + 3] = (byte) a;
    } else {
      int red = onWhite(r, a);
      int green = onWhite(g, a);
      int blue = onWhite(b, a);
      if (channels == 3) {
        out[at] = (byte) blue;
        out[at + 1] = (byte) green;
        out[at + 2] = (byte) red;
      } else {
        out[at] = (byte) luma(red, green, blue);
      }
    }
    return at + channels;
  }

  private static int onWhite(int value, int alpha) {
    return alpha == 255 ? value : over255(value * alpha + 255 * (255 - alpha));
  }

  /** ITU-R 601 luma, 0.299 R + 0.587 G + 0.114 B, rounded; equal values give that value. */
  static int luma(int red, int green, int blue) {
    return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }

  static BufferedImage image(Pixels pixels) {
    int type =
        switch (pixels.channels()) {
          case 1 -> BufferedImage.TYPE_BYTE_GRAY;
          case 3 -> BufferedImage.TYPE_3BYTE_BGR;
          default -> BufferedImage.TYPE_4BYTE_ABGR;
        };
    BufferedImage image = new BufferedImage(pixels.width(), pixels.height(), type);
    byte[] to = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    byte[] from = pixels.data();
    if (pixels.channels() < 4) {
      System.arraycopy(from, 0, to, 0, from.length);
    } else {
      for (int i = 0; i < from.length; i += 4) {
        to[i] = from[i + 3];
        System.arraycopy(from, i, to, i + 1, 3);
      }
    }
    return image;
  }
}
