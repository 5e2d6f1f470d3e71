/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

import java.util.zip.Checksum;

/** Numbers into checksums, which take bytes. */
final class Checksums {
  private Checksums() {}

  /** Adds all four bytes of a number, the lowest first. */
  static void update(Checksum checksum, int number) {
    checksum.update(number);
    checksum.update(number >>> 8);
    checksum.update(number >>> 16);
    checksum.update(number >>> 24);
  }
}
