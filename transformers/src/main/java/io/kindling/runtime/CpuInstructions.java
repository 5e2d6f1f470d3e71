/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The vector instructions of a processor, as far as they decide which build of the native library
 * fits it. oneDNN and OpenBLAS choose their kernels themselves; what ND4J compiles is its own loops
 * (activations, optimizers), where the AVX2 build took two thirds of the plain one's time and the
 * AVX-512 build as long as AVX2's, so that one is left out.
 */
public enum CpuInstructions {
  AVX2("-onednn-avx2", "avx2 fma"),
  PLAIN("-onednn", "");

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private final String libraryExtension;
  private final String flags;

  CpuInstructions(String libraryExtension, String flags) {
    this.libraryExtension = libraryExtension;
    this.flags = flags;
  }

  /** The ending of the platform name under which the native library for this processor lies. */
  public String libraryExtension() {
    return libraryExtension;
  }

  /** What this machine's processor has; {@link #PLAIN} where the system does not tell. */
  public static CpuInstructions ofThisMachine() {
    try {
      return in(Files.readString(CPU_INFO));
    } catch (IOException e) {
      return PLAIN;
    }
  }

  /** The richest set whose flags all stand in the first {@code flags} line of a cpuinfo text. */
  static CpuInstructions in(String cpuInfo) {
    Set<String> present =
        cpuInfo
            .lines()
            .filter(line -> line.startsWith("flags"))
            .findFirst()
            .map(line -> new HashSet<>(Arrays.asList(line.split("\\s+"))))
            .orElseGet(HashSet::new);
    for (CpuInstructions candidate : values()) {
      if (candidate.flags.isEmpty() || present.containsAll(List.of(candidate.flags.split(" ")))) {
        return candidate;
      }
    }
    return PLAIN;
  }
}
