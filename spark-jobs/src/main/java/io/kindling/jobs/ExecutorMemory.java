/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.kindling.network.NetworkSummary;
import io.kindling.runtime.NativeMemory;
import java.util.Locale;

/**
 * What an executor needs to train, as it follows from the network's shapes; a cluster manager kills
 * a process that takes more than it was given.
 *
 * @param slots tasks at once
 * @param heap bytes of Java objects: rows on their way, and averaged states
 * @param nativeMemory bytes of arrays, outside of the heap
 * @param overhead bytes outside of the heap: the arrays, and Java itself
 */
record ExecutorMemory(int slots, long heap, long nativeMemory, long overhead) {
  private static final long MEGABYTE = 1 << 20;

  /** Spark's own needs, and the rows that are shuffled into shards. */
  private static final long HEAP_OF_SPARK = 1024 * MEGABYTE;

  /** The libraries' own tables and caches. */
  private static final long NATIVE_AT_REST = 256 * MEGABYTE;

  /** A round's state as it was broadcast, as it is dealt, received and averaged. */
  private static final long STATES_AT_ONCE = 4;

  /** oneDNN's copies in its own layouts take up to as much again. */
  private static final long WITH_COPIES = 2;

  private static final long STEP = 128 * MEGABYTE;

  /**
   * Of an executor that trains replicas of a network.
   *
   * @param bound bytes that {@link NativeMemory#SETTING} has been set to, 0 where it is not
   */
  static ExecutorMemory of(NetworkSummary network, int batchSize, int slots, long bound) {
    long heap = HEAP_OF_SPARK + slots * STATES_AT_ONCE * network.stateBytes();
    long arrays = NATIVE_AT_REST + slots * WITH_COPIES * network.trainingBytes(batchSize);
    long nativeMemory = roundedUp(bound > 0 ? bound : arrays);
    return new ExecutorMemory(
        slots, roundedUp(heap), nativeMemory, nativeMemory + NativeMemory.JAVA_ITSELF);
  }

  private static long roundedUp(long bytes) {
    return (bytes + STEP - 1) / STEP * STEP;
  }

  /** Of the whole process. */
  long total() {
    return heap + overhead;
  }

  /** What spark-submit is to be told. */
  @JsonProperty
  String options() {
    return "--conf spark.executor.memory=%s --conf %s=%s --conf spark.executor.memoryOverhead=%s"
        .formatted(
            megabytes(heap), NativeMemory.SETTING, megabytes(nativeMemory), megabytes(overhead));
  }

  private static String megabytes(long bytes) {
    return bytes / MEGABYTE + "m";
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "Memory of an executor in training, %d task%s at once: %d MB in all, %s",
        slots,
        slots == 1 ? "" : "s",
        total() / MEGABYTE,
        options());
  }
}
