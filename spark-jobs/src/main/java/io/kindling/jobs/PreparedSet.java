/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.apache.spark.sql.functions.col;

import io.kindling.data.KindlingException;
import io.kindling.data.read.ImageDataSet;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A prepared data set, or any other folder of Parquet files. One without a column {@code split} is
 * one part.
 */
final class PreparedSet {
  private final String path;
  private final String doing;
  private final Dataset<Row> rows;
  private List<String> splits;

  /**
   * Opens the set.
   *
   * @param input the folder
   * @param doing what it is read for, as the rest of a sentence after "Cannot"
   * @throws KindlingException where there is no folder or no Parquet in it
   */
  PreparedSet(SparkSession spark, String input, String doing) {
    this(new ParquetInput(spark, input, doing));
  }

  private PreparedSet(ParquetInput input) {
    this(input, input.rows());
  }

  /** The same of rows that were read. */
  PreparedSet(ParquetInput input, Dataset<Row> rows) {
    this.path = input.path();
    this.doing = input.doing();
    this.rows = rows;
  }

  /** Read only where somebody asks for a split. */
  private List<String> splits() {
    if (splits == null) {
      splits =
          Arrays.asList(rows.columns()).contains(ImageDataSet.SPLIT)
              ? rows.select(col(ImageDataSet.SPLIT).cast("string"))
                  .distinct()
                  .na()
                  .drop()
                  .as(Encoders.STRING())
                  .collectAsList()
              : List.of();
    }
    return splits;
  }

  String path() {
    return path;
  }

  boolean hasSplit(String name) {
    return splits().contains(name);
  }

  /** All rows. */
  Dataset<Row> rows() {
    return rows;
  }

  /**
   * The rows of one part.
   *
   * @param wanted the split that the user asked for, or null
   * @param usual the split to take otherwise, or null for all rows
   * @throws KindlingException where the set has splits, but not this one, or where the user asked
   *     for one and it has none
   */
  Dataset<Row> part(String wanted, String usual) {
    String name = wanted == null ? usual : wanted;
    if (name == null || (splits().isEmpty() && wanted == null)) {
      return rows;
    }
    if (!splits().contains(name)) {
      throw new KindlingException(
          splits().isEmpty()
              ? String.format(
                  "Cannot %s: %s has no column 'split', so there is no split '%s' in it",
                  doing, path, name)
              : String.format(
                  "Cannot %s: %s has no split '%s'; it has %s; choose one with --set split=NAME",
                  doing, path, name, String.join(", ", splits().stream().sorted().toList())));
    }
    return rows.filter(col(ImageDataSet.SPLIT).equalTo(name));
  }
}
