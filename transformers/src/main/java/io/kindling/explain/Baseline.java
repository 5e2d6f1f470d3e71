/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import java.util.Arrays;
import java.util.Locale;

/** What an example is compared with: the path of integrated gradients begins there. */
public enum Baseline {
  /** Black pixels, zeros, word vectors of zeros. */
  ZERO,
  /**
   * The example's own average: a picture of one colour, a sequence or text whose steps are all
   * alike. It shows dark strokes on a light ground, which black pixels do not.
   */
  MEAN;

  /** The names as settings write them, lower case. */
  public static String[] names() {
    return Arrays.stream(values()).map(Baseline::lowerCaseName).toArray(String[]::new);
  }

  /**
   * The baseline of a name as {@link #names()} has it.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public static Baseline parse(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** As {@link #names()} has it. */
  public String lowerCaseName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The baseline of one example.
   *
   * @param example row by row, such as the planes of an image
   * @param zero what is zero, of the same length
   * @param positions the values of a row
   */
  float[] of(float[] example, float[] zero, int positions) {
    if (this == ZERO) {
      return zero;
    }
    float[] means = new float[example.length];
    for (int row = 0; row < example.length; row += positions) {
      double sum = 0;
      for (int i = row; i < row + positions; i++) {
        sum += example[i];
      }
      Arrays.fill(means, row, row + positions, (float) (sum / positions));
    }
    return means;
  }
}
