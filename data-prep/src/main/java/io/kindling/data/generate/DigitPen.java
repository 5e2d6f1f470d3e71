/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.generate;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws one digit at a time: light ink on black, {@code [28, 28, 1]}. The hand is random: which
 * variant, slant, rotation, width, height, place, pen thickness and pressure, unsteady points, a
 * bend of the whole, ink and paper noise. Not thread-safe.
 */
final class DigitPen {
  static final int SIDE = 28;

  /** Pieces that a curve between two points is drawn in. */
  private static final int PIECES = 5;

  private final List<List<List<DigitShapes.Stroke>>> shapes = DigitShapes.parse();
  private final float[] ink = new float[SIDE * SIDE];

  // The hand of the digit being drawn.
  private SplittableRandom random = new SplittableRandom(0);
  private double xx;
  private double xy;
  private double yx;
  private double yy;
  private double centreX;
  private double centreY;
  private double bendX;
  private double bendY;
  private double bendPhase;
  private double bendWaves;
  private double unsteady;
  private double radius;
  private double pressureSwing;

  /** Draws {@code digit} as the random numbers say; the same numbers, the same picture. */
  byte[] draw(int digit, SplittableRandom numbers) {
    random = numbers;
    Arrays.fill(ink, 0f);
    chooseHand(digit);
    List<List<DigitShapes.Stroke>> variants = shapes.get(digit);
    for (DigitShapes.Stroke stroke : variants.get(random.nextInt(variants.size()))) {
      drawStroke(stroke);
    }
    return develop();
  }

  private void chooseHand(int digit) {
    double turn = 0.12 * bell();
    double slant = 0.05 + 0.22 * bell();
    double height = 20 * between(0.82, 1.12);
    // Ones are lines: squeezing them does not change them, leaning does.
    double width = 20 * between(0.62, 1.0) * (digit == 1 ? 0.8 : 1);
    double cos = StrictMath.cos(turn);
    double sin = StrictMath.sin(turn);
    // Rotation after slant after size.
    xx = cos * width;
    xy = (-cos * slant - sin) * height;
    yx = sin * width;
    yy = (-sin * slant + cos) * height;
    centreX = (SIDE - 1) / 2.0 + 1.1 * bell();
    centreY = (SIDE - 1) / 2.0 + 1.1 * bell();
    bendX = 0.05 * bell();
    bendY = 0.04 * bell();
    bendPhase = between(0, 2 * Math.PI);
    bendWaves = between(3, 7);
    unsteady = between(0.008, 0.038);
    radius = between(0.75, 1.75);
    pressureSwing = between(0, 0.35);
  }

  private void drawStroke(DigitShapes.Stroke stroke) {
    int count = stroke.points().length / 2;
    double[] x = new double[count];
    double[] y = new double[count];
    for (int i = 0; i < count; i++) {
      double px = stroke.points()[2 * i] + unsteady * bell() - 0.5;
      double py = stroke.points()[2 * i + 1] + unsteady * bell() - 0.5;
      double bentX = px + bendX * StrictMath.sin(bendWaves * py + bendPhase);
      double bentY = py + bendY * StrictMath.sin(bendWaves * px + 2 * bendPhase);
      x[i] = centreX + xx * bentX + xy * bentY;
      y[i] = centreY + yx * bentX + yy * bentY;
    }
    double pressure = radius;
    for (int i = 0; i + 1 < count; i++) {
      double nextPressure = radius * (1 + pressureSwing * bell());
      int pieces = stroke.curved() ? PIECES : 2;
      double fromX = x[i];
      double fromY = y[i];
      for (int piece = 1; piece <= pieces; piece++) {
        double t = (double) piece / pieces;
        double toX = stroke.curved() ? curve(x, i, t) : x[i] + t * (x[i + 1] - x[i]);
        double toY = stroke.curved() ? curve(y, i, t) : y[i] + t * (y[i + 1] - y[i]);
        drawLine(fromX, fromY, toX, toY, pressure + t * (nextPressure - pressure));
        fromX = toX;
        fromY = toY;
      }
      pressure = nextPressure;
    }
  }

  /** Catmull and Rom's spline (1974) through the points, between point {@code i} and the next. */
  private static double curve(double[] p, int i, double t) {
    double p0 = p[Math.max(i - 1, 0)];
    double p1 = p[i];
    double p2 = p[i + 1];
    double p3 = p[Math.min(i + 2, p.length - 1)];
    double a = 2 * p1;
    double b = p2 - p0;
    double c = 2 * p0 - 5 * p1 + 4 * p2 - p3;
    double d = -p0 + 3 * p1 - 3 * p2 + p3;
    return 0.5 * (a + t * (b + t * (c + t * d)));
  }

  /** Inks each pixel by its distance from the line: full inside the pen, fading over a pixel. */
  private void drawLine(double x0, double y0, double x1, double y1, double pen) {
    double r = Math.max(0.45, Math.min(2.3, pen));
    double reach = r + 0.6;
    int left = Math.max(0, (int) Math.ceil(Math.min(x0, x1) - reach));
    int right = Math.min(SIDE - 1, (int) Math.floor(Math.max(x0, x1) + reach));
    int top = Math.max(0, (int) Math.ceil(Math.min(y0, y1) - reach));
    int bottom = Math.min(SIDE - 1, (int) Math.floor(Math.max(y0, y1) + reach));
    double dx = x1 - x0;
    double dy = y1 - y0;
    double length = dx * dx + dy * dy;
    double scale = length < 1e-9 ? 0 : 1 / length;
    for (int row = top; row <= bottom; row++) {
      for (int column = left; column <= right; column++) {
        double along = ((column - x0) * dx + (row - y0) * dy) * scale;
        double t = along < 0 ? 0 : along > 1 ? 1 : along;
        double offX = column - x0 - t * dx;
        double offY = row - y0 - t * dy;
        double squared = offX * offX + offY * offY;
        if (squared < reach * reach) {
          float value = (float) Math.min(1, (reach - Math.sqrt(squared)) / 1.2);
          int at = row * SIDE + column;
          if (value > ink[at]) {
            ink[at] = value;
          }
        }
      }
    }
  }

  /** Ink to bytes, with the grain of ink and, on some sheets, of paper. */
  private byte[] develop() {
    double strength = between(0.8, 1.0) * 255;
    double grain = between(0.0, 0.14);
    double paper = random.nextInt(4) == 0 ? between(4, 26) : 0;
    byte[] pixels = new byte[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      double value = 0;
      if (ink[i] > 0) {
        value = ink[i] * strength * (1 - grain * random.nextDouble());
      }
      if (paper > 0) {
        value += paper * random.nextDouble();
      }
      pixels[i] = (byte) Math.max(0, Math.min(255, (int) (value + 0.5)));
    }
    return pixels;
  }

  private double between(double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /** Roughly normal with deviation 1, within 3: the sum of three uniform numbers. */
  private double bell() {
    return 2 * (random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5);
  }
}
