/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

/**
 * Keys {@code splits.*}: how prepare divides rows.
 *
 * @param validation share of the training rows, 0 to 0.9
 * @param test share of all rows, 0 to 0.9
 */
public record SplitsConf(double validation, double test, long seed) {
  static SplitsConf of(Settings settings) {
    double validation = settings.number("splits.validation", 0, 0.9);
    double test = settings.number("splits.test", 0, 0.9);
    if (validation + test >= 1) {
      throw new ConfigurationException(
          String.format(
              "Cannot read the configuration: splits.validation %s (%s) and splits.test %s (%s)"
                  + " leave nothing to train on; wanted: together below 1",
              validation,
              settings.where("splits.validation"),
              test,
              settings.where("splits.test")));
    }
    return new SplitsConf(
        validation, test, settings.whole("splits.seed", Long.MIN_VALUE, Long.MAX_VALUE));
  }
}
