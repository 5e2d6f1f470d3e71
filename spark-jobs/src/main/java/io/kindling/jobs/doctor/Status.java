/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How well something is. */
public enum Status {
  OK,
  /** It works, but slower or less safely than it could. */
  WARN,
  /** It does not work, or at a fraction of its speed. */
  FAIL;

  /** As it is printed. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
