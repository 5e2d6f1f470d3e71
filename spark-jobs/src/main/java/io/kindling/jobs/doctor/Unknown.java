/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import io.kindling.data.KindlingException;
import java.util.List;
import java.util.function.Supplier;

/**
 * Facts that could not be gathered.
 *
 * @param problem why, as an error says it
 */
record Unknown(String name, String problem) implements Check {
  /** Gathers facts, or why they are not to be had: nothing that is broken ends the doctor. */
  static Check or(String name, Supplier<? extends Check> facts) {
    try {
      return facts.get();
    } catch (KindlingException e) {
      return new Unknown(name, e.getMessage());
    } catch (RuntimeException | LinkageError e) {
      return new Unknown(name, "Cannot look at it: %s; run with --verbose for more".formatted(e));
    }
  }

  @Override
  public List<Finding> findings(String where) {
    return List.of(Finding.failed(name, where, problem));
  }
}
