/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import com.sun.management.OperatingSystemMXBean;
import io.kindling.runtime.NativeMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process may take, against what there is.
 *
 * @param heap the greatest Java heap, bytes
 * @param arrays outside of it, by Kindling's setting; 0 for no bound
 * @param limit of the container or, without one, of the machine
 * @param contained whether the limit is a container's
 */
record Memory(long heap, long arrays, long limit, boolean contained) implements Check {
  private static final Path MACHINE = Path.of("/proc/meminfo");
  private static final Pattern TOTAL = Pattern.compile("MemTotal:\\s+([0-9]+) kB");
  private static final long KILOBYTE = 1024;

  static Memory here(Place place) {
    // The JDK asks the control groups, of either version, and takes the least on the way up.
    long limit =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    return new Memory(
        Runtime.getRuntime().maxMemory(),
        Sizes.setting(place.conf(), NativeMemory.SETTING),
        limit,
        limit < machine(limit));
  }

  private static long machine(long otherwise) {
    try {
      Matcher matcher = TOTAL.matcher(Files.readString(MACHINE));
      return matcher.find() ? Long.parseLong(matcher.group(1)) * KILOBYTE : otherwise;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<Finding> findings(String where) {
    return List.of(finding(where));
  }

  /** What the process may take in all, as far as it is bounded. */
  long all() {
    return heap + arrays + NativeMemory.JAVA_ITSELF;
  }

  private Finding finding(String where) {
    long all = all();
    String available =
        "%s of this %s".formatted(Sizes.text(limit), contained ? "container" : "machine");
    String taken =
        "heap %s, %s %s and %s for Java"
            .formatted(
                Sizes.text(heap),
                NativeMemory.SETTING,
                arrays == 0 ? "unbounded" : Sizes.text(arrays),
                Sizes.text(NativeMemory.JAVA_ITSELF));
    if (all > limit) {
      String found = "%s are %s, more than the %s".formatted(taken, Sizes.text(all), available);
      String fix =
          "lower the heap (--driver-memory, --executor-memory) or %s (in a job file: native-memory)"
              .formatted(NativeMemory.SETTING);
      // A heap is taken as it fills; arrays that do not fit without it are a mistake for certain.
      return arrays + NativeMemory.JAVA_ITSELF > limit
          ? Finding.fail("memory", where, found, fix)
          : Finding.warn("memory", where, found, fix);
    }
    if (contained && arrays == 0) {
      return Finding.warn(
          "memory",
          where,
          "%s: arrays may outgrow the %s, which then ends the process".formatted(taken, available),
          "set %s to at most %s".formatted(NativeMemory.SETTING, Sizes.setting(limit - all)));
    }
    return Finding.ok("memory", where, "%s, of the %s".formatted(taken, available));
  }
}
