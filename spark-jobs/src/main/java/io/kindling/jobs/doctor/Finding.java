/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Locale;

/**
 * One line of the doctor's.
 *
 * @param name of what was looked at
 * @param where the driver, or an executor on its host
 * @param found what is there, with figures
 * @param fix what to do about it; null where it is well
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Finding(String name, String where, Status status, String found, String fix) {
  static Finding ok(String name, String where, String found) {
    return new Finding(name, where, Status.OK, found, null);
  }

  static Finding warn(String name, String where, String found, String fix) {
    return new Finding(name, where, Status.WARN, found, fix);
  }

  static Finding fail(String name, String where, String found, String fix) {
    return new Finding(name, where, Status.FAIL, found, fix);
  }

  /**
   * What an error of Kindling's says.
   *
   * @param message {@code Cannot DO THING: REASON; WAY OUT}
   */
  static Finding failed(String name, String where, String message) {
    int end = message.lastIndexOf("; ");
    return end < 0
        ? fail(name, where, message, "see the log")
        : fail(name, where, message.substring(0, end), message.substring(end + 2));
  }

  /** Whether there is something to be done. */
  public boolean asksForAction() {
    return status != Status.OK;
  }

  @Override
  public String toString() {
    String line = String.format(Locale.ROOT, "%-4s  %s: %s: %s", status.word(), where, name, found);
    return fix == null ? line : line + "; " + fix;
  }
}
