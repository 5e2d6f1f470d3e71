/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Files of one format to rows of an {@link ExampleSchema}. */
public interface DataSetReader {
  /**
   * The rows of a source. What can be checked cheaply is checked at once, the rest while the rows
   * are read.
   *
   * @param input path of a file or folder on any Hadoop file system
   * @throws io.kindling.data.KindlingException if the input is missing or not of this format
   */
  Dataset<Row> read(SparkSession spark, String input);
}
