/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import java.util.Locale;

/** How sources spell the three splits. */
final class SplitNames {
  private SplitNames() {}

  /** {@code train}, {@code validation} or {@code test}, or null for a name that is none. */
  static String parse(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "train", "training" -> ExampleSchema.TRAIN;
      case "validation", "valid", "val" -> ExampleSchema.VALIDATION;
      case "test", "testing" -> ExampleSchema.TEST;
      default -> null;
    };
  }
}
