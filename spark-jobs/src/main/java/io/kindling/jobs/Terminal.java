/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

/** Whether standard error is a terminal. */
final class Terminal {
  private Terminal() {}

  /** Java cannot tell for standard error alone; the launcher can, and says so. */
  static boolean isStandardError() {
    return "true".equals(System.getenv("KINDLING_TERMINAL"));
  }
}
