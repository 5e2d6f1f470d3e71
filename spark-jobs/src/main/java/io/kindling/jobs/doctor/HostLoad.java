/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What several executors of one machine take together, where no container is around each.
 *
 * @param executors how many there are
 * @param memory bytes that they may take, as far as bounds are set
 * @param machineMemory bytes that there are
 * @param threads that they compute by
 * @param cores that there are
 */
record HostLoad(int executors, long memory, long machineMemory, long threads, int cores)
    implements Check {
  /** Of the hosts, by name, that have more than one of these executors. */
  static Map<String, HostLoad> of(Collection<Checkup> executors) {
    Map<String, List<Checkup>> hosts = new TreeMap<>();
    for (Checkup executor : executors) {
      String host = executor.where().replaceFirst(".* on ", "");
      hosts.computeIfAbsent(host, none -> new ArrayList<>()).add(executor);
    }
    Map<String, HostLoad> loads = new TreeMap<>();
    hosts.forEach(
        (host, all) -> {
          if (all.size() > 1) {
            loads.put(host, together(all));
          }
        });
    return loads;
  }

  private static HostLoad together(List<Checkup> executors) {
    List<Memory> memories = Checkup.facts(executors, Memory.class);
    List<Threads> threads = Checkup.facts(executors, Threads.class);
    return new HostLoad(
        executors.size(),
        memories.stream().filter(one -> !one.contained()).mapToLong(Memory::all).sum(),
        memories.stream().mapToLong(Memory::limit).max().orElse(Long.MAX_VALUE),
        threads.stream().mapToLong(Threads::inAll).sum(),
        threads.stream().mapToInt(Threads::cores).max().orElse(Integer.MAX_VALUE));
  }

  @Override
  public List<Finding> findings(String where) {
    List<Finding> findings = new ArrayList<>();
    if (memory > machineMemory) {
      findings.add(
          Finding.warn(
              "memory",
              where,
              "%d executors may take %s of its %s"
                  .formatted(executors, Sizes.text(memory), Sizes.text(machineMemory)),
              "lower --executor-memory or spark.kindling.native-memory, or have fewer executors"));
    }
    if (threads > cores) {
      findings.add(
          Finding.warn(
              "threads",
              where,
              "%d executors compute by %d threads on its %d cores"
                  .formatted(executors, threads, cores),
              "set spark.executorEnv.OMP_NUM_THREADS=1, and let workers offer no more cores than there are"));
    }
    return findings;
  }
}
