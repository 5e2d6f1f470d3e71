/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.explanation;

import io.kindling.data.image.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;

/** Pictures of attributions. */
final class HeatMap {
  /** The least height of a picture in a file of its own. */
  private static final int SHEET_HEIGHT = 224;

  private static final int MARGIN = 8;
  private static final double OPACITY = 0.85;

  private HeatMap() {}

  /** The image itself. */
  static BufferedImage picture(Pixels pixels) {
    return painted(pixels.height(), pixels.width(), (y, x) -> rgb(pixels.inChannels(3), y, x));
  }

  /** Attributions, row by row. */
  static BufferedImage map(float[] attributions, int height, int width) {
    Palette palette = Palette.of(attributions);
    return painted(height, width, (y, x) -> palette.rgb(attributions[y * width + x]));
  }

  /** Attributions over the image in grey. */
  static BufferedImage overlay(Pixels pixels, float[] attributions) {
    Palette palette = Palette.of(attributions);
    Pixels grey = pixels.inChannels(1);
    return painted(
        grey.height(),
        grey.width(),
        (y, x) -> {
          int light = grey.at(y, x, 0);
          return palette.over(light, light, light, attributions[y * grey.width() + x], OPACITY);
        });
  }

  /** Pictures of one size side by side, enlarged pixel by pixel. */
  static BufferedImage sheet(List<BufferedImage> pictures) {
    int height = pictures.get(0).getHeight();
    int width = pictures.get(0).getWidth();
    int factor = Math.max(1, SHEET_HEIGHT / height);
    int pitch = width * factor + MARGIN;
    return painted(
        height * factor,
        pitch * pictures.size() - MARGIN,
        (y, x) ->
            x % pitch < width * factor
                ? pictures.get(x / pitch).getRGB(x % pitch / factor, y / factor)
                : 0xffffff);
  }

  private interface Colour {
    int at(int row, int column);
  }

  private static BufferedImage painted(int height, int width, Colour colour) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, colour.at(y, x));
      }
    }
    return image;
  }

  private static int rgb(Pixels pixels, int row, int column) {
    return pixels.at(row, column, 2) << 16
        | pixels.at(row, column, 1) << 8
        | pixels.at(row, column, 0);
  }

  /** As the bytes of a PNG file. */
  static byte[] png(BufferedImage image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, "png", out)) {
        throw new IllegalStateException("the JDK writes PNG");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("bytes can be written", e);
    }
    return out.toByteArray();
  }

  /** As an address that holds the picture itself. */
  static String dataUri(BufferedImage image) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png(image));
  }
}
