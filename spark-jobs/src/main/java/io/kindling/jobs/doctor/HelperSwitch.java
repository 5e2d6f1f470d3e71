/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import io.kindling.runtime.NativeRuntime;
import java.util.List;

/** Whether Deeplearning4j's oneDNN helpers are switched off by its property. */
record HelperSwitch(boolean disabled) implements Check {
  static HelperSwitch here() {
    return new HelperSwitch(Boolean.getBoolean(NativeRuntime.HELPERS_DISABLED));
  }

  @Override
  public List<Finding> findings(String where) {
    return disabled
        ? List.of(
            Finding.warn(
                "helpers",
                where,
                NativeRuntime.HELPERS_DISABLED + " is true: convolutions go without oneDNN",
                "take -D%s away".formatted(NativeRuntime.HELPERS_DISABLED)))
        : List.of();
  }
}
