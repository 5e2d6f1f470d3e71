/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers.image;

import java.util.Arrays;
import java.util.Locale;

/** How an image of another shape is brought to a height and width. */
public enum Fit {
  /** Stretched or squeezed, whatever becomes of the proportions. */
  RESIZE,
  /** Scaled until it covers the target, proportions kept; what stands over is cut on both sides. */
  CROP,
  /** Scaled until it fits into the target, proportions kept; opaque black on both sides. */
  PAD;

  /** The names as settings write them, lower case. */
  public static String[] names() {
    return Arrays.stream(values()).map(Fit::lowerCaseName).toArray(String[]::new);
  }

  /**
   * The fit of a name as {@link #names()} has it.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public static Fit parse(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** As {@link #names()} has it. */
  public String lowerCaseName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
