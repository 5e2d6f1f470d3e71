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
    int[] argb = new int[image.getWidth()];
    int own = ownChannels(image);
    int wanted = channels == 0 ? own : channels;
    Raster raster = image.getRaster();
    int height = image.getHeight();
    int width = image.getWidth();
    byte[] out = new byte[height * width * wanted];
    boolean direct =
        !(image.getColorModel() instanceof IndexColorModel)
            && (raster.getTransferType() == DataBuffer.TYPE_BYTE
                || raster.getTransferType() == DataBuffer.TYPE_USHORT)
            && raster.getNumBands() == raster.getNumDataElements();
    int shift = raster.getTransferType() == DataBuffer.TYPE_USHORT ? 8 : 0;
    int bands = raster.getNumBands();
    int[] samples = new int[width * bands];
    int at = 0;
    for (int y = 0; y < height; y++) {
      if (direct) {
        raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, samples);
        for (int x = 0, s = 0; x < width; x++, s += bands) {
          boolean grey = bands < 3;
          int r = samples[s] >> shift;
          int g = grey ? r : samples[s + 1] >> shift;
          int b = grey ? r : samples[s + 2] >> shift;
          int a = bands == 2 || bands == 4 ? samples[s + bands - 1] >> shift : 255;
          at = put(out, at, wanted, r, g, b, a);
        }
      } else {
        image.getRGB(0, y, width, 1, argb, 0, width);
        for (int x = 0; x < width; x++) {
          int p = argb[x];
          at = put(out, at, wanted, p >> 16 & 0xff, p >> 8 & 0xff, p & 0xff, p >>> 24);
        }
      }
    }
    return new Pixels(height, width, wanted, out);
  }

  private static int ownChannels(BufferedImage image) {
    if (image.getColorModel().hasAlpha()) {
      return 4;
    }
    return image.getRaster().getNumBands() == 1
            && !(image.getColorModel() instanceof IndexColorModel)
        ? 1
        : 3;
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
    return alpha == 255 ? value : (value * alpha + 255 * (255 - alpha) + 127) / 255;
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
