/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import io.kindling.data.KindlingException;
import io.kindling.runtime.GpuRequest;
import java.util.List;
import org.apache.spark.SparkConf;

/**
 * The GPUs that settings ask for, against this build.
 *
 * @param problem why they do not fit, as an error says it; null where they do
 */
record GpuSettings(String found, String problem) implements Check {
  static GpuSettings of(SparkConf conf, boolean local) {
    try {
      return new GpuSettings(GpuRequest.checkSettings(conf, local), null);
    } catch (KindlingException e) {
      return new GpuSettings(null, e.getMessage());
    }
  }

  @Override
  public List<Finding> findings(String where) {
    return List.of(
        problem == null
            ? Finding.ok("gpu-settings", where, found)
            : Finding.failed("gpu-settings", where, problem));
  }
}
