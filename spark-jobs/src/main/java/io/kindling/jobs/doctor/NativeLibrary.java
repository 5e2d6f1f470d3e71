/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import io.kindling.runtime.CpuInstructions;
import io.kindling.runtime.NativeRuntime;
import java.util.List;

/**
 * The build of ND4J's native library for CPUs, against the processor.
 *
 * @param asked the ending of the platform that a property asks for; null for Kindling's choice
 * @param fitting the ending of what fits this processor
 * @param present the endings of those on the class path
 */
record NativeLibrary(String asked, String fitting, List<String> present) implements Check {
  private static final String PLATFORM = "linux-x86_64";
  private static final String RESOURCE =
      "org/nd4j/linalg/cpu/nativecpu/bindings/" + PLATFORM + "%s/libnd4jcpu.so";
  private static final String PLAIN = "-onednn";
  private static final List<String> BUILDS =
      List.of("", PLAIN, "-onednn-avx2", "-onednn-avx512", "-avx2", "-avx512");

  static NativeLibrary here() {
    return new NativeLibrary(
        System.getProperty(NativeRuntime.LIBRARY_EXTENSION),
        CpuInstructions.ofThisMachine().libraryExtension(),
        BUILDS.stream()
            .filter(ending -> !ClassPath.resources(RESOURCE.formatted(ending)).isEmpty())
            .toList());
  }

  @Override
  public List<Finding> findings(String where) {
    String used = asked == null ? fitting : asked;
    String name = PLATFORM + used;
    String fix = "take -D%s away: Kindling chooses".formatted(NativeRuntime.LIBRARY_EXTENSION);
    if (!present.contains(used)) {
      return List.of(
          Finding.fail(
              "native-library",
              where,
              "%s is not on the class path, which has %s".formatted(name, present),
              asked == null ? "add nd4j-native-1.0.0-M2.1-%s.jar to it".formatted(name) : fix));
    }
    if (used.equals(fitting)) {
      return List.of(Finding.ok("native-library", where, name + ", which fits the processor"));
    }
    if (used.contains("avx") && fitting.equals(PLAIN)) {
      return List.of(
          Finding.fail(
              "native-library",
              where,
              name + " has instructions that this processor lacks, at which the process would end",
              fix));
    }
    return List.of(
        Finding.warn(
            "native-library",
            where,
            "%s is used on a processor that %s is made for, which is faster"
                .formatted(name, PLATFORM + fitting),
            fix));
  }
}
