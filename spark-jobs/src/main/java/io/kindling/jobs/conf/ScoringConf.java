/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

/** Keys {@code scoring.*}. */
public record ScoringConf(int batchSize) {
  static ScoringConf of(Settings settings) {
    return new ScoringConf(settings.integer("scoring.batch-size", 1, 65536));
  }
}
