/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import io.kindling.data.KindlingException;
import io.kindling.runtime.Backend;
import java.util.List;

/**
 * Which backend of ND4J is on the class path.
 *
 * @param problem why there is none to choose, as an error says it; null where there is one
 */
record BackendChoice(Backend backend, String problem) implements Check {
  static BackendChoice here() {
    try {
      return new BackendChoice(Backend.ofThisBuild(), null);
    } catch (KindlingException e) {
      return new BackendChoice(null, e.getMessage());
    }
  }

  boolean isCpu() {
    return backend == Backend.CPU;
  }

  boolean isCuda() {
    return backend == Backend.CUDA;
  }

  @Override
  public List<Finding> findings(String where) {
    return List.of(
        problem == null
            ? Finding.ok("backend", where, "one, for " + (isCuda() ? "CUDA" : "CPUs"))
            : Finding.failed("backend", where, problem));
  }
}
