/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * A GPU as {@code nvidia-smi} tells of it.
 *
 * @param driver the driver's version, such as 535.104.05
 * @param capability the compute capability, such as 8.0; null where the driver does not tell
 */
record Gpu(String index, String name, String driver, String capability) implements Serializable {
  /** What every driver tells, in the order of the components. */
  static final String QUERY = "index,name,driver_version";

  /** What drivers older than CUDA 11.6 refuse to be asked for. */
  static final String CAPABILITY = "compute_cap";

  /** What nd4j-cuda-11.6 1.0.0-M2.1 has machine code for; of 8.9, that of 8.6 runs. */
  private static final double LEAST_CAPABILITY = 3.7;

  private static final double FIRST_BEYOND = 9.0;

  /** With which programs of any CUDA 11 run, and the one that CUDA 11.6 came with. */
  private static final double LEAST_DRIVER = 450.80;

  private static final double OWN_DRIVER = 510.39;

  /**
   * The lines of {@code --format=csv,noheader}, with or without {@link #CAPABILITY}; others are
   * passed over.
   */
  static List<Gpu> parse(String csv) {
    return csv.lines()
        .map(line -> Arrays.stream(line.split(",", -1)).map(String::strip).toList())
        .filter(columns -> columns.size() >= 3 && columns.get(0).matches("[0-9]+"))
        .map(
            columns -> new Gpu(columns.get(0), columns.get(1), columns.get(2), capability(columns)))
        .toList();
  }

  private static String capability(List<String> columns) {
    return columns.size() > 3 && columns.get(3).matches("[0-9]+\\.[0-9]+") ? columns.get(3) : null;
  }

  Finding finding(String where) {
    String found =
        "GPU %s, %s, capability %s, driver %s"
            .formatted(index, name, capability == null ? "unknown" : capability, driver);
    double compute = capability == null ? LEAST_CAPABILITY : Double.parseDouble(capability);
    if (compute < LEAST_CAPABILITY || compute >= FIRST_BEYOND) {
      return Finding.fail(
          "gpu",
          where,
          found + ": ND4J's library for CUDA 11.6 has no code for it, only for 3.7 to 8.9",
          "use a GPU such as V100, T4, A10, A100, L4 or L40, or the build for CPUs");
    }
    double version = version();
    String fix = "install a driver of 510.39 or newer";
    if (version < LEAST_DRIVER) {
      return Finding.fail("gpu", where, found + " is too old for CUDA 11.6", fix);
    }
    return version < OWN_DRIVER
        ? Finding.warn("gpu", where, found + " is older than CUDA 11.6", fix)
        : Finding.ok("gpu", where, found);
  }

  /** The first two numbers of the driver's; 0 where it tells none. */
  private double version() {
    String[] numbers = driver.split("\\.", -1);
    try {
      return Double.parseDouble(numbers.length > 1 ? numbers[0] + "." + numbers[1] : numbers[0]);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
