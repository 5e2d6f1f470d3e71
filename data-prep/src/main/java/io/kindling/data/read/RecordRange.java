/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A stretch of one file's records, the work of one task.
 *
 * @param file index of the file in the reader's list
 * @param from first record
 * @param to record after the last
 * @param last whether the file ends with this stretch
 */
record RecordRange(int file, long from, long to, boolean last) implements Serializable {
  /** Fewer rows are not worth a task. */
  private static final long SMALLEST = 2_500;

  /** Cuts a file into stretches of about equal size, at most {@code parallelism} of them. */
  static List<RecordRange> cut(int file, long records, int parallelism) {
    long parts = Math.max(1, Math.min(parallelism, records / SMALLEST));
    List<RecordRange> ranges = new ArrayList<>();
    for (long i = 0; i < parts; i++) {
      ranges.add(
          new RecordRange(file, records * i / parts, records * (i + 1) / parts, i == parts - 1));
    }
    return ranges;
  }
}
