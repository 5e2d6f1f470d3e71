/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import java.util.List;

/**
 * A note in a data set of which run wrote what, so that the same run again does not write its rows
 * twice.
 *
 * @param id what tells it from other runs, good as a file's name
 * @param recipe what was done with the sources; rows of a source are doubled only by the same
 *     recipe
 * @param sources what was read, as texts that differ where the content may
 * @param time when it ended, ISO 8601
 * @param rowsRead rows that came in
 * @param rowsWritten good rows
 * @param rowsBad rows left out
 */
public record WrittenRun(
    String id,
    String recipe,
    List<String> sources,
    String time,
    long rowsRead,
    long rowsWritten,
    long rowsBad) {

  /** A run that has not written anything yet. */
  public WrittenRun(String id, String recipe, List<String> sources) {
    this(id, recipe, sources, null, 0, 0, 0);
  }

  WrittenRun done(String when, StagedRows.Counts counts) {
    return new WrittenRun(id, recipe, sources, when, counts.read(), counts.written(), counts.bad());
  }
}
