/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import io.kindling.data.KindlingException;
import org.apache.spark.sql.api.java.UDF2;

/** Lets good rows pass and ends the job at the first bad one. Arguments: origin, problem. */
final class BadRowGuard implements UDF2<String, String, Boolean> {
  private static final long serialVersionUID = 1L;

  @Override
  public Boolean call(String origin, String problem) {
    if (problem != null) {
      throw new KindlingException(
          "Cannot use "
              + (origin == null ? "a row" : origin)
              + ": "
              + problem
              + "; set on-bad-row to skip or quarantine to go on without bad rows");
    }
    return true;
  }
}
