/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

/** Keys {@code columns.*}: where a Parquet source keeps images and labels. */
public record ColumnsConf(String image, String label) {
  static ColumnsConf of(Settings settings) {
    return new ColumnsConf(settings.text("columns.image"), settings.text("columns.label"));
  }
}
