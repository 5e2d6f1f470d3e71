/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import java.util.List;

/**
 * An executor's clock against the driver's, which it was between.
 *
 * @param before the driver's clock before the executor told its own, milliseconds
 * @param at the executor's
 * @param after the driver's when it had the answer
 */
record Clock(long before, long at, long after) implements Check {
  private static final long MOST_MILLIS = 2000;

  @Override
  public List<Finding> findings(String where) {
    long skew = at < before ? at - before : Math.max(0, at - after);
    return List.of(
        Math.abs(skew) <= MOST_MILLIS
            ? Finding.ok("clock", where, "within %d ms of the driver's".formatted(after - before))
            : Finding.warn(
                "clock",
                where,
                "%.1f s %s the driver's"
                    .formatted(Math.abs(skew) / 1e3, skew < 0 ? "behind" : "before"),
                "set it by NTP (chrony, timesyncd)"));
  }
}
