/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;

/**
 * The facts of one JVM.
 *
 * @param where the JVM, for people
 */
record Checkup(String where, List<Check> checks) implements Serializable {
  /** Facts that are there at once, without computing anything. */
  static Checkup quick(Place place) {
    SparkConf conf = place.conf();
    BackendChoice backend = BackendChoice.here();
    List<Check> checks = new ArrayList<>();
    checks.add(Unknown.or("java", JavaPlatform::here));
    checks.add(Unknown.or("versions", Versions::here));
    checks.add(Unknown.or("class-path", ClassPath::here));
    checks.add(Unknown.or("slf4j", LogBinding::here));
    checks.add(backend);
    if (place.computes()) {
      if (backend.isCpu()) {
        checks.add(Unknown.or("native-library", NativeLibrary::here));
        checks.add(HelperSwitch.here());
      }
      if (backend.isCuda()) {
        checks.add(Unknown.or("gpu", Gpus::here));
      }
      checks.add(Unknown.or("threads", () -> Threads.here(place)));
    }
    checks.add(Unknown.or("memory", () -> Memory.here(place)));
    checks.add(Unknown.or("disk", () -> Disks.here(conf)));
    return new Checkup(place.name(), checks);
  }

  /** What the application's settings say, once for all JVMs. */
  static Checkup settings(Place driver) {
    SparkConf conf = driver.conf();
    return new Checkup(
        driver.name(),
        List.of(
            Unknown.or("serializer", () -> Serializer.of(conf)),
            Unknown.or("memory-overhead", () -> Overhead.of(conf)),
            GpuSettings.of(conf, driver.isLocal())));
  }

  /** The quick facts, and how fast the JVM computes where it does. */
  static Checkup whole(Place place) {
    Checkup quick = quick(place);
    boolean cpu = quick.checks().stream().anyMatch(Checkup::isForCpus);
    // Without its library the backend would not load; on GPUs other rates are to be expected.
    if (!place.computes() || !cpu || quick.hasFailed("native-library")) {
      return quick;
    }
    List<Check> checks = new ArrayList<>(quick.checks());
    checks.add(Unknown.or("speed", Speed::measured));
    return new Checkup(place.name(), checks);
  }

  List<Finding> findings() {
    return checks.stream().flatMap(check -> check.findings(where).stream()).toList();
  }

  boolean hasFailed(String name) {
    return findings().stream()
        .anyMatch(finding -> finding.status() == Status.FAIL && finding.name().equals(name));
  }

  private static boolean isForCpus(Check check) {
    return check instanceof BackendChoice backend && backend.isCpu();
  }

  /** Those of one kind, of all that have them. */
  static <T extends Check> List<T> facts(List<Checkup> checkups, Class<T> kind) {
    return checkups.stream()
        .flatMap(checkup -> checkup.checks.stream())
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }
}
