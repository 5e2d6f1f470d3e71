/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import org.apache.spark.sql.SparkSession;

/** How a table with named columns is stored. */
public interface TableFormat {
  /**
   * The table at {@code input}, whose columns are looked for.
   *
   * @param schema what the feature column is to become
   * @throws io.kindling.data.KindlingException if the input is missing or not of this format, or a
   *     column is missing or of an unfit type
   */
  Table open(SparkSession spark, String input, TableColumns columns, ExampleSchema schema);

  /** Parquet files. */
  static TableFormat parquet() {
    return ParquetTable::open;
  }

  /**
   * CSV files as RFC 4180 has them: cells with delimiters, quotes (doubled) or line ends in them
   * stand in double quotes.
   *
   * @param delimiter between cells, an ASCII character
   * @param header whether each file's first record names the columns; else they are {@code _c0},
   *     {@code _c1} and so on
   */
  static TableFormat csv(char delimiter, boolean header) {
    return new CsvFormat(delimiter, header)::open;
  }

  /** Files with a JSON object in each line. */
  static TableFormat jsonLines() {
    return JsonLines::open;
  }
}
