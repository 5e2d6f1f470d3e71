/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import java.util.List;

/**
 * Threads against cores.
 *
 * @param openMp the variable {@code OMP_NUM_THREADS}; null where it is unset
 * @param slots tasks at once
 * @param cores that this process may use
 */
record Threads(String openMp, int slots, int cores) implements Check {
  private static final String VARIABLE = "OMP_NUM_THREADS";
  private static final String SET_IT =
      "set "
          + VARIABLE
          + "=1 before the JVM starts (executors: spark.executorEnv."
          + VARIABLE
          + ")";

  static Threads here(Place place) {
    return new Threads(
        System.getenv(VARIABLE), place.slots(), Runtime.getRuntime().availableProcessors());
  }

  @Override
  public List<Finding> findings(String where) {
    return List.of(finding(where));
  }

  /** Of all task slots together; a team of one in each where that is not told. */
  long inAll() {
    return isNumber() ? Long.parseLong(openMp) * slots : slots;
  }

  private boolean isNumber() {
    return openMp != null && openMp.matches("[1-9][0-9]{0,5}");
  }

  private Finding finding(String where) {
    if (openMp == null) {
      return Finding.warn(
          "threads",
          where,
          "%s is unset: each of %d task slots may start a team of %d threads"
              .formatted(VARIABLE, slots, cores),
          SET_IT);
    }
    if (!isNumber()) {
      return Finding.warn(
          "threads", where, "%s is '%s', but must be a number".formatted(VARIABLE, openMp), SET_IT);
    }
    long threads = inAll();
    String found =
        "%s=%s for each of %d task slots on %d cores".formatted(VARIABLE, openMp, slots, cores);
    if (threads <= cores) {
      return Finding.ok("threads", where, found);
    }
    return Finding.warn(
        "threads",
        where,
        "%s makes %d threads, more than cores".formatted(found, threads),
        slots <= cores
            ? SET_IT
            : "give the executor no more task slots than cores (spark.executor.cores, or --master local[%d])"
                .formatted(cores));
  }
}
