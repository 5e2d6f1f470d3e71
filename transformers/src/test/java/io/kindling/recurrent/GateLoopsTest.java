/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.recurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GateLoopsTest {
  @Test
  void tanhIsNearTheTruthAndNeverBeyondOne() {
    for (float x = -20f; x <= 20f; x += 1e-4f) {
      double truth = Math.tanh(x);
      float value = GateLoops.tanh(x);
      assertEquals(truth, value, 4e-7 * Math.max(Math.abs(truth), 1e-3), "tanh " + x);
      assertTrue(Math.abs(value) <= 1f, "tanh " + x);
    }
  }

  @Test
  void tanhOfWhatIsNoNumber() {
    assertTrue(Float.isNaN(GateLoops.tanh(Float.NaN)));
    assertEquals(1f, GateLoops.tanh(Float.POSITIVE_INFINITY), 4e-7);
    assertEquals(-1f, GateLoops.tanh(Float.NEGATIVE_INFINITY), 4e-7);
    assertEquals(0f, GateLoops.tanh(0f));
  }
}
