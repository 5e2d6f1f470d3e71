/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.hadoop.net.NetUtils;

/**
 * The process that writes a staged folder, as noted in it: where it is gone, what it left behind
 * can go, too.
 *
 * @param host the machine
 * @param pid its process there
 * @param started when that process started, in milliseconds since 1970: pids are used again
 */
record StagingOwner(String host, long pid, long started) {
  /** After which a folder of another machine's process, which nobody can ask, counts as left. */
  private static final Duration LONGEST = Duration.ofDays(7);

  static StagingOwner current() {
    ProcessHandle process = ProcessHandle.current();
    return new StagingOwner(NetUtils.getLocalHostname(), process.pid(), started(process));
  }

  /**
   * Whether it has ended.
   *
   * @param noted when it wrote its note, in milliseconds since 1970
   */
  boolean isGone(long noted) {
    if (!host.equals(NetUtils.getLocalHostname())) {
      return isOld(noted);
    }
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    return process.isEmpty() || started(process.get()) != started;
  }

  static boolean isOld(long noted) {
    return Instant.ofEpochMilli(noted).plus(LONGEST).isBefore(Instant.now());
  }

  private static long started(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }
}
