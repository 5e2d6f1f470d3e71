/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers.image;

import io.kindling.data.image.Pixels;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Brings images to one height and width: averaging over areas along an axis that shrinks, bilinear
 * along one that grows, each result rounded to the nearest whole number. Immutable.
 *
 * @param height rows of the result
 * @param width columns of the result
 * @param fit what becomes of other proportions
 */
public record Resizing(int height, int width, Fit fit) implements Serializable {

  public Resizing {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException("an image cannot be " + width + " x " + height);
    }
  }

  /**
   * The image in the size of this. Channels stay as they are; an alpha channel is scaled like the
   * others.
   */
  public Pixels apply(Pixels image) {
    int h = image.height();
    int w = image.width();
    if (h == height && w == width) {
      return image;
    }
    double rows = (double) h / height;
    double columns = (double) w / width;
    return switch (fit) {
      case RESIZE -> scaled(image, 0, h, height, 0, w, width);
      case CROP -> {
        double scale = Math.min(rows, columns);
        double cutHeight = height * scale;
        double cutWidth = width * scale;
        yield scaled(
            image, (h - cutHeight) / 2, cutHeight, height, (w - cutWidth) / 2, cutWidth, width);
      }
      case PAD -> {
        double scale = Math.max(rows, columns);
        int innerHeight = (int) Math.max(1, Math.min(height, Math.round(h / scale)));
        int innerWidth = (int) Math.max(1, Math.min(width, Math.round(w / scale)));
        yield padded(scaled(image, 0, h, innerHeight, 0, w, innerWidth));
      }
    };
  }

  private static Pixels scaled(
      Pixels image,
      double top,
      double cutHeight,
      int outHeight,
      double left,
      double cutWidth,
      int outWidth) {
    int w = image.width();
    int channels = image.channels();
    byte[] in = image.data();
    AxisWeights rows = new AxisWeights(image.height(), top, cutHeight, outHeight);
    AxisWeights columns = new AxisWeights(w, left, cutWidth, outWidth);
    byte[] out = new byte[outHeight * outWidth * channels];
    float[] row = new float[w * channels];
    for (int y = 0; y < outHeight; y++) {
      Arrays.fill(row, 0);
      for (int t = 0; t < rows.taps(); t++) {
        float weight = rows.weight(y, t);
        if (weight != 0) {
          int from = (rows.first(y) + t) * row.length;
          for (int i = 0; i < row.length; i++) {
            row[i] += weight * (in[from + i] & 0xff);
          }
        }
      }
      for (int x = 0; x < outWidth; x++) {
        for (int c = 0; c < channels; c++) {
          float sum = 0;
          int from = columns.first(x) * channels + c;
          for (int t = 0; t < columns.taps(); t++) {
            sum += columns.weight(x, t) * row[from + t * channels];
          }
          out[(y * outWidth + x) * channels + c] = (byte) Math.min(255, (int) (sum + 0.5f));
        }
      }
    }
    return new Pixels(outHeight, outWidth, channels, out);
  }

  private Pixels padded(Pixels inner) {
    int channels = inner.channels();
    byte[] out = new byte[height * width * channels];
    if (channels == 4) {
      for (int alpha = 3; alpha < out.length; alpha += 4) {
        out[alpha] = (byte) 255;
      }
    }
    int top = (height - inner.height()) / 2;
    int left = (width - inner.width()) / 2;
    int length = inner.width() * channels;
    for (int y = 0; y < inner.height(); y++) {
      System.arraycopy(
          inner.data(), y * length, out, ((top + y) * width + left) * channels, length);
    }
    return new Pixels(height, width, channels, out);
  }
}
