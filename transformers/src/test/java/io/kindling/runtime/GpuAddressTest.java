/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kindling.data.KindlingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuAddressTest {
  @ParameterizedTest
  @CsvSource({
    "0, , 1, 0",
    "3, , 4, 3",
    "3, '', 4, 3",
    "5, '2,5', 2, 1",
    "2, '2, 5', 2, 0",
    "GPU-8a1f, 'GPU-77b2,GPU-8a1f', 2, 1",
  })
  void anAddressIsADeviceAmongThoseThatTheProcessSees(
      String address, String visible, int devices, int device) {
    assertEquals(device, GpuAddress.device(address, visible, devices));
  }

  @Test
  void oneThatItDoesNotSeeIsRefused() {
    assertEquals(
        "Cannot use GPU 2 that Spark gave the task: this process sees 2 GPUs; let spark.executor.resource.gpu.discoveryScript print what executors see",
        refusal("2", null, 2));
    assertEquals(
        "Cannot use GPU 0 that Spark gave the task: this process sees 1 GPU (CUDA_VISIBLE_DEVICES=3); let spark.executor.resource.gpu.discoveryScript print what executors see",
        refusal("0", "3", 1));
    assertEquals(
        "Cannot use GPU GPU-8a1f that Spark gave the task: this process sees 2 GPUs; let spark.executor.resource.gpu.discoveryScript print what executors see",
        refusal("GPU-8a1f", "", 2));
  }

  private static String refusal(String address, String visible, int devices) {
    return assertThrows(KindlingException.class, () -> GpuAddress.device(address, visible, devices))
        .getMessage();
  }
}
