/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import io.kindling.data.KindlingException;
import java.util.Arrays;
import java.util.List;

/**
 * What Spark calls a GPU, an index among a machine's or a UUID, and what CUDA calls the same in a
 * process that may see only some: {@code CUDA_VISIBLE_DEVICES=2,5} makes GPU 5 device 1.
 */
final class GpuAddress {
  /** The variable by which a process is shown only some of its machine's GPUs. */
  static final String VISIBLE = "CUDA_VISIBLE_DEVICES";

  private GpuAddress() {}

  /**
   * The device that CUDA gives a GPU.
   *
   * @param address as Spark's discovery gave it
   * @param visible the value of {@link #VISIBLE}; null or empty for all of the machine's
   * @param devices how many the process sees
   * @throws KindlingException if the process does not see it
   */
  static int device(String address, String visible, int devices) {
    int device = place(address, visible);
    if (device < 0 || device >= devices) {
      throw new KindlingException(
          "Cannot use GPU %s that Spark gave the task: this process sees %s%s; let %s print what executors see"
              .formatted(
                  address,
                  count(devices),
                  visible == null || visible.isBlank()
                      ? ""
                      : " (%s=%s)".formatted(VISIBLE, visible),
                  "spark.executor.resource.gpu.discoveryScript"));
    }
    return device;
  }

  private static int place(String address, String visible) {
    if (visible == null || visible.isBlank()) {
      return isNumber(address) ? Integer.parseInt(address) : Accelerator.NONE;
    }
    List<String> shown = Arrays.stream(visible.split(",")).map(String::strip).toList();
    return shown.indexOf(address);
  }

  private static boolean isNumber(String text) {
    return text.matches("[0-9]{1,6}");
  }

  private static String count(int devices) {
    return devices == 1 ? "1 GPU" : devices + " GPUs";
  }
}
