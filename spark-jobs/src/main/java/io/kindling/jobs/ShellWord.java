/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

/** A word of a command line that a user may copy into a shell. */
final class ShellWord {
  private ShellWord() {}

  /** The text as it is where a shell takes it for one word, else in single quotation marks. */
  static String quoted(String text) {
    return text.matches("[A-Za-z0-9_./:=@%+,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
