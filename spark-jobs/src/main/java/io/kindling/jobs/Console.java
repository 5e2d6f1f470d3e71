/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import java.io.PrintStream;

/**
 * Where a job tells a person what it does: never standard output, which holds the summary alone.
 *
 * @param out standard error
 * @param terminal whether that is a terminal, on which a line can be drawn anew
 */
record Console(PrintStream out, boolean terminal) {
  void say(String line) {
    out.println(line);
  }
}
