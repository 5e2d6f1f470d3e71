/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What score reports. Components that may be null, and are then left out: the last three.
 *
 * @param rowsPerSecond rows written in a second of reading, scoring and writing
 * @param quarantine the folder of bad rows, where there is one
 * @param writtenBefore when the same run wrote these rows, so that this one had nothing to do
 * @param batches of a stream
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ScoreSummary(
    String job,
    double seconds,
    long rowsRead,
    long rowsWritten,
    long rowsBad,
    double rowsPerSecond,
    String output,
    String quarantine,
    String writtenBefore,
    Long batches) {}
