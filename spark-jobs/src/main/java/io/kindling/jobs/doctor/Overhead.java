/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import io.kindling.runtime.NativeMemory;
import java.util.List;
import org.apache.spark.SparkConf;

/**
 * What Spark asks of a cluster manager for an executor beside its heap, against what Kindling takes
 * there.
 *
 * @param overhead bytes asked for
 * @param told whether a setting says how many
 * @param arrays bytes for arrays; 0 for no bound
 * @param enforced whether the manager ends an executor that takes more, as YARN and Kubernetes do
 */
record Overhead(long overhead, boolean told, long arrays, boolean enforced) implements Check {
  static final String SETTING = "spark.executor.memoryOverhead";

  private static final String FACTOR = "spark.executor.memoryOverheadFactor";
  private static final double USUAL_FACTOR = 0.1;
  private static final long MEGABYTE = 1024 * 1024;

  static Overhead of(SparkConf conf) {
    String master = conf.get("spark.master", "");
    long heap = conf.getSizeAsBytes("spark.executor.memory", "1g");
    double share = heap * conf.getDouble(FACTOR, USUAL_FACTOR);
    boolean told = conf.contains(SETTING);
    return new Overhead(
        // A number without a unit is megabytes here.
        told
            ? conf.getSizeAsMb(SETTING) * MEGABYTE
            : (long) Math.max(share, NativeMemory.JAVA_ITSELF),
        told,
        Sizes.setting(conf, NativeMemory.SETTING),
        master.startsWith("yarn") || master.startsWith("k8s"));
  }

  @Override
  public List<Finding> findings(String where) {
    if (!told && !enforced) {
      return List.of();
    }
    long needed = arrays + NativeMemory.JAVA_ITSELF;
    String found = "executors have %s beside their heaps".formatted(Sizes.text(overhead));
    if (arrays == 0) {
      return List.of(
          Finding.warn(
              "memory-overhead",
              where,
              found + ", and arrays may take any amount of it",
              "set %s to at most %s, and %s to that and 384m"
                  .formatted(
                      NativeMemory.SETTING,
                      Sizes.setting(Math.max(0, overhead - NativeMemory.JAVA_ITSELF)),
                      SETTING)));
    }
    if (overhead >= needed) {
      return List.of(Finding.ok("memory-overhead", where, found));
    }
    String little =
        "%s, but %s is %s, and Java takes %s"
            .formatted(
                found,
                NativeMemory.SETTING,
                Sizes.text(arrays),
                Sizes.text(NativeMemory.JAVA_ITSELF));
    String fix = "set %s to %s".formatted(SETTING, Sizes.setting(needed));
    return List.of(
        enforced
            ? Finding.fail("memory-overhead", where, little + ": they would be ended", fix)
            : Finding.warn("memory-overhead", where, little, fix));
  }
}
