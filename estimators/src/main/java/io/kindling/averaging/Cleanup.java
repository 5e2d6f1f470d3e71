/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is let go at the end, also after a failure, which must not be hidden by one of its own. */
final class Cleanup {
  private static final Logger LOG = LoggerFactory.getLogger(Cleanup.class);

  private Cleanup() {}

  /** Lets something go; where that fails, Spark lets it go with the application. */
  static void of(String what, Runnable release) {
    try {
      release.run();
    } catch (Exception e) { // a stopped Spark fails in many ways
      LOG.debug("Left to Spark: {}", what, e);
    }
  }
}
