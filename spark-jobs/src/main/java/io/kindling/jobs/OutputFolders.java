/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.jobs.conf.JobConf;

/**
 * What a job writes at key {@code output}: a folder, and where bad rows are quarantined another.
 */
record OutputFolders(Locations locations, JobConf conf) {
  /**
   * Checks that writing leaves alone what the job reads.
   *
   * @param source what the job reads
   * @param key the key that holds it
   * @throws io.kindling.data.KindlingException where one would be within the other
   */
  void apartFrom(String source, String key) {
    locations.apart(conf.output(), source, key);
    if (conf.onBadRow().equals("quarantine")) {
      locations.apart(locations.absolute(conf.output()) + ".bad", source, key);
    }
  }
}
