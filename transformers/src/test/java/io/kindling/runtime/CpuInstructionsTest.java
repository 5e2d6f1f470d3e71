/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CpuInstructionsTest {
  @Test
  void aProcessorWithAllOfSkylakesAvx512GetsTheAvx512Build() {
    assertEquals(
        "-onednn-avx512",
        CpuInstructions.in(
                "processor : 0\nflags\t\t: fpu avx2 fma avx512f avx512dq avx512cd avx512bw avx512vl\n")
            .libraryExtension());
  }

  @Test
  void aProcessorThatLacksOneOfThemGetsTheAvx2Build() {
    assertEquals(
        "-onednn-avx2",
        CpuInstructions.in("flags\t\t: fpu avx2 fma avx512f avx512dq avx512cd avx512bw\n")
            .libraryExtension());
  }

  @Test
  void anOldOrUnknownProcessorGetsThePlainBuild() {
    assertEquals("-onednn", CpuInstructions.in("flags : fpu avx sse2\n").libraryExtension());
    assertEquals("-onednn", CpuInstructions.in("Features : fp asimd\n").libraryExtension());
    assertEquals("-onednn", CpuInstructions.in("").libraryExtension());
  }
}
