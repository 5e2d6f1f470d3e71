/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data;

import java.util.Locale;

/** What becomes of a row that cannot be used: the values of the job key {@code on-bad-row}. */
public enum BadRowPolicy {
  /** The first bad row ends the job with an error that names it; nothing is written. */
  FAIL,
  /** Bad rows are left out and counted. */
  SKIP,
  /** Bad rows are left out, counted, and written with origin and reason beside the output. */
  QUARANTINE;

  /**
   * The policy of this name, in any case.
   *
   * @throws KindlingException naming the allowed values, for any other text
   */
  public static BadRowPolicy parse(String text) {
    for (BadRowPolicy policy : values()) {
      if (text != null && policy.toString().equals(text.trim().toLowerCase(Locale.ROOT))) {
        return policy;
      }
    }
    throw new KindlingException(
        "Cannot use on-bad-row = " + text + ": it must be fail, skip or quarantine");
  }

  /** The name as users write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
