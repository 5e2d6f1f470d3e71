/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers.sequence;

import java.util.Arrays;
import java.util.Locale;

/** An end of a sequence, by Keras's names. */
public enum End {
  /** Before the first step. */
  PRE,
  /** After the last step. */
  POST;

  /** The names as settings write them, lower case. */
  public static String[] names() {
    return Arrays.stream(values()).map(End::lowerCaseName).toArray(String[]::new);
  }

  /**
   * The end of a name as {@link #names()} has it.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public static End parse(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** As {@link #names()} has it. */
  public String lowerCaseName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
