/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

/**
 * What a {@link DataSetWriter} did; {@code rowsRead = rowsWritten + rowsBad} always holds.
 *
 * @param rowsRead rows that came in
 * @param rowsWritten rows in the written Parquet, counted by reading it back
 * @param rowsBad rows with a problem, left out of the output
 * @param output the folder of the data set
 * @param quarantine the folder with the bad rows, or null where none was written
 */
public record WriteReport(
    long rowsRead, long rowsWritten, long rowsBad, String output, String quarantine) {}
