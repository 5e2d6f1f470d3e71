/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import com.typesafe.config.ConfigOrigin;

/** Where a value was written, in words for an error message. */
final class Origins {
  private Origins() {}

  /** For example {@code jobs/mnist.conf line 12}, or {@code --set training.epochs=x}. */
  static String describe(ConfigOrigin origin) {
    String line = origin.lineNumber() > 0 ? String.valueOf(origin.lineNumber()) : "";
    if (origin.filename() != null) {
      return line.isEmpty() ? origin.filename() : origin.filename() + " line " + line;
    }
    String where = origin.description();
    return line.isEmpty() || !where.endsWith(": " + line)
        ? where
        : where.substring(0, where.length() - line.length() - 2);
  }
}
