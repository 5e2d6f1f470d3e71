/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

/** Keys {@code generated.*}: drawn digits. */
public record GeneratedConf(int rows, long seed) {
  static GeneratedConf of(Settings settings) {
    return new GeneratedConf(
        settings.integer("generated.rows", 10, Integer.MAX_VALUE),
        settings.whole("generated.seed", Long.MIN_VALUE, Long.MAX_VALUE));
  }
}
