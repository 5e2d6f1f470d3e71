/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import io.kindling.data.KindlingException;
import org.apache.spark.SparkConf;

/**
 * GPUs that are none: threads are bound to them and computed for by the CPU. With them clusters,
 * settings and schedules for GPUs are tried out on machines without any.
 */
final class PretendGpus implements Accelerator {
  /** How many each process pretends to see; 0, the default, for none. */
  static final String SETTING = "spark.kindling.pretend-gpus";

  private final int devices;
  private final ThreadLocal<Integer> used = ThreadLocal.withInitial(() -> 0);

  PretendGpus(int devices) {
    this.devices = devices;
  }

  /**
   * As the settings of this process's application say.
   *
   * @throws KindlingException if the setting is no number
   */
  static int inSettings() {
    return parse(SparkProcess.setting(SETTING));
  }

  /** As {@link #inSettings()}, of an application. */
  static int inSettings(SparkConf conf) {
    return parse(conf.get(SETTING, ""));
  }

  private static int parse(String setting) {
    try {
      return setting.isEmpty() ? 0 : Integer.parseUnsignedInt(setting);
    } catch (NumberFormatException e) {
      throw new KindlingException(
          "Cannot pretend to have GPUs: %s is '%s', but must be a number"
              .formatted(SETTING, setting),
          e);
    }
  }

  @Override
  public int devices() {
    return devices;
  }

  @Override
  public void use(int device) {
    used.set(device);
  }

  @Override
  public int inUse() {
    return used.get();
  }
}
