/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.generate;

import io.kindling.data.image.ImageCodec;
import io.kindling.data.image.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Run on purpose: draws a sheet of digits to look at, and says how fast they are drawn. */
final class DigitSheet {
  private DigitSheet() {}

  /** Argument: the PNG file to write. */
  public static void main(String[] args) throws IOException {
    int columns = 24;
    int cell = DigitPen.SIDE;
    byte[] sheet = new byte[10 * cell * columns * cell];
    DigitPen pen = new DigitPen();
    for (int digit = 0; digit < 10; digit++) {
      for (int column = 0; column < columns; column++) {
        byte[] picture = pen.draw(digit, new SplittableRandom(1000L * digit + column));
        for (int row = 0; row < cell; row++) {
          System.arraycopy(
              picture,
              row * cell,
              sheet,
              (digit * cell + row) * columns * cell + column * cell,
              cell);
        }
      }
    }
    Files.write(
        Path.of(args[0]), ImageCodec.encodePng(new Pixels(10 * cell, columns * cell, 1, sheet)));
    for (int round = 0; round < 3; round++) {
      long start = System.nanoTime();
      int count = 50_000;
      for (int i = 0; i < count; i++) {
        pen.draw(i % 10, new SplittableRandom(i));
      }
      System.out.printf("%.0f digits/s%n", count / ((System.nanoTime() - start) / 1e9));
    }
  }
}
