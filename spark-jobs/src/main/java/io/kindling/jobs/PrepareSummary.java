/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What prepare reports.
 *
 * @param quarantine the folder of bad rows; null, and then left out, where there is none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PrepareSummary(
    String job,
    double seconds,
    long rowsRead,
    long rowsWritten,
    long rowsBad,
    String output,
    String quarantine) {}
