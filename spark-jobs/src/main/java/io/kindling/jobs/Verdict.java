/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

/** A summary that may say, after all is done and told, that the job failed. */
interface Verdict {
  /**
   * Passes where the job did not fail.
   *
   * @throws io.kindling.data.KindlingException if it did
   */
  void check();
}
