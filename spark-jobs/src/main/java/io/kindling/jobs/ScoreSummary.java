/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What score reports.
 *
 * @param rowsPerSecond rows written in a second of reading, scoring and writing
 * @param quarantine the folder of bad rows; null, and then left out, where there is none
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
    String quarantine) {}
