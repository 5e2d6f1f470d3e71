/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CpuInstructionsTest {
  @Test
  void aProcessorWithAvx2AndFmaGetsTheAvx2Build() {
    assertEquals(
        "-onednn-avx2",
        CpuInstructions.in("processor : 0\nflags\t\t: fpu avx2 fma avx512f\n").libraryExtension());
  }

  @Test
  void anOldOrUnknownProcessorGetsThePlainBuild() {
    assertEquals("-onednn", CpuInstructions.in("flags : fpu avx avx2 sse2\n").libraryExtension());
    assertEquals("-onednn", CpuInstructions.in("Features : fp asimd\n").libraryExtension());
    assertEquals("-onednn", CpuInstructions.in("").libraryExtension());
  }
}
