/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

/**
 * Keys {@code csv.*}: how a CSV source is written.
 *
 * @param delimiter between cells
 * @param header whether each file's first record names the columns
 */
public record CsvConf(char delimiter, boolean header) {
  static CsvConf of(Settings settings) {
    return new CsvConf(settings.character("csv.delimiter"), settings.flag("csv.header"));
  }
}
