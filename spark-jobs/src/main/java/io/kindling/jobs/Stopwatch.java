/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

/** Wall-clock seconds since it was made, to the millisecond. */
final class Stopwatch {
  private final long start = System.nanoTime();

  double seconds() {
    return Math.round((System.nanoTime() - start) / 1e6) / 1e3;
  }
}
