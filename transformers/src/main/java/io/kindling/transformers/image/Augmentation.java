/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers.image;

import java.io.Serializable;

/**
 * A random change of a training image: what it shows stays the same, the pixels do not, so that a
 * network cannot learn them by heart (Krizhevsky et al. 2012, section 4.1). Every change is drawn
 * anew for each image, evenly from its range, from a seed that the caller gives: the same seed
 * gives the same change. Immutable; allocates nothing.
 *
 * <p>What a shift or rotation brings in from outside the image repeats the image's border.
 *
 * @param horizontalFlip whether every other image (by chance) is mirrored left to right
 * @param shift how far an image moves at most, up or down as a share of its height and left or
 *     right as a share of its width, 0 to below 1; by whole pixels
 * @param rotation by how many degrees an image turns at most, to either side, 0 to 180; bilinear
 * @param brightness by how much of themselves values grow or shrink at most, 0 to 1: 0.2 multiplies
 *     them by 0.8 to 1.2
 */
public record Augmentation(boolean horizontalFlip, double shift, double rotation, double brightness)
    implements Serializable {

  /** Changes nothing. */
  public static final Augmentation NONE = new Augmentation(false, 0, 0, 0);

  /**
   * @throws IllegalArgumentException if a number is out of its range
   */
  public Augmentation {
    if (!(shift >= 0 && shift < 1)) {
      throw new IllegalArgumentException("shift must be in [0, 1), it is " + shift);
    }
    if (!(rotation >= 0 && rotation <= 180)) {
      throw new IllegalArgumentException("rotation must be in [0, 180], it is " + rotation);
    }
    if (!(brightness >= 0 && brightness <= 1)) {
      throw new IllegalArgumentException("brightness must be in [0, 1], it is " + brightness);
    }
  }

  /** Whether {@link #apply} is a copy, whatever the seed. */
  public boolean changesNothing() {
    return !horizontalFlip && shift == 0 && rotation == 0 && brightness == 0;
  }

  /**
   * Writes one image changed.
   *
   * @param in the image, {@code [height, width, channels]} from {@code inOffset} on, unsigned bytes
   * @param channels 1, 3 or 4; the fourth is alpha, which brightness leaves alone
   * @param seed of this image: with another seed of the same base, another change
   * @param out takes as many bytes from {@code outOffset} on; not the same stretch as the input
   */
  public void apply(
      byte[] in,
      int inOffset,
      int height,
      int width,
      int channels,
      long seed,
      byte[] out,
      int outOffset) {
    // Always the same five draws, so that switching one change on leaves the others alike.
    boolean flip = horizontalFlip && Draws.even(seed, 0) < 0.5;
    int down = (int) Math.round(both(seed, 1) * shift * height);
    int right = (int) Math.round(both(seed, 2) * shift * width);
    double angle = Math.toRadians(both(seed, 3) * rotation);
    float factor = (float) (1 + both(seed, 4) * brightness);
    if (rotation == 0) {
      move(in, inOffset, height, width, channels, flip, down, right, out, outOffset);
    } else {
      turn(in, inOffset, height, width, channels, flip, down, right, angle, out, outOffset);
    }
    if (brightness > 0) {
      multiply(out, outOffset, height * width * channels, channels, factor);
    }
  }

  /** Evenly from -1 to 1. */
  private static double both(long seed, int draw) {
    return 2 * Draws.even(seed, draw) - 1;
  }

  private static void move(
      byte[] in,
      int inOffset,
      int height,
      int width,
      int channels,
      boolean flip,
      int down,
      int right,
      byte[] out,
      int outOffset) {
    int to = outOffset;
    for (int y = 0; y < height; y++) {
      int row = inOffset + inside(y - down, height) * width * channels;
      if (!flip && right == 0) {
        System.arraycopy(in, row, out, to, width * channels);
        to += width * channels;
        continue;
      }
      for (int x = 0; x < width; x++) {
        int column = inside(x - right, width);
        int from = row + (flip ? width - 1 - column : column) * channels;
        for (int c = 0; c < channels; c++) {
          out[to++] = in[from + c];
        }
      }
    }
  }

  /** For every pixel of the result, turns back to where it was and interpolates there. */
  private static void turn(
      byte[] in,
      int inOffset,
      int height,
      int width,
      int channels,
      boolean flip,
      int down,
      int right,
      double angle,
      byte[] out,
      int outOffset) {
    float cos = (float) Math.cos(angle);
    float sin = (float) Math.sin(angle);
    float middleY = (height - 1) / 2f;
    float middleX = (width - 1) / 2f;
    int to = outOffset;
    for (int y = 0; y < height; y++) {
      float dy = y - down - middleY;
      for (int x = 0; x < width; x++) {
        float dx = x - right - middleX;
        float fromY = Math.max(0, Math.min(height - 1, middleY + cos * dy - sin * dx));
        float fromX = Math.max(0, Math.min(width - 1, middleX + sin * dy + cos * dx));
        if (flip) {
          fromX = width - 1 - fromX;
        }
        int top = (int) fromY;
        int left = (int) fromX;
        float below = fromY - top;
        float beside = fromX - left;
        int nextRow = top + 1 < height ? width * channels : 0;
        int nextColumn = left + 1 < width ? channels : 0;
        int at = inOffset + (top * width + left) * channels;
        for (int c = 0; c < channels; c++, at++) {
          float upper = mix(in[at] & 0xff, in[at + nextColumn] & 0xff, beside);
          float lower = mix(in[at + nextRow] & 0xff, in[at + nextRow + nextColumn] & 0xff, beside);
          out[to++] = (byte) (int) (mix(upper, lower, below) + 0.5f);
        }
      }
    }
  }

  private static float mix(float a, float b, float part) {
    return a + (b - a) * part;
  }

  private static void multiply(byte[] out, int offset, int length, int channels, float factor) {
    for (int i = 0; i < length; i++) {
      if (channels < 4 || i % 4 != 3) {
        int value = (int) ((out[offset + i] & 0xff) * factor + 0.5f);
        out[offset + i] = (byte) Math.min(255, value);
      }
    }
  }

  private static int inside(int i, int size) {
    return Math.max(0, Math.min(size - 1, i));
  }
}
