/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.KindlingException;
import io.kindling.data.prepare.MarkedRows;
import io.kindling.transformers.StageSchema;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A data set to which rows are added.
 *
 * @param path absolute
 */
record AppendTarget(SparkSession spark, String path) {

  /**
   * Checks that it has the columns that the new rows have. Types of folders are not compared: what
   * a reader takes them for depends on their names.
   *
   * @throws KindlingException naming what differs
   */
  void requireSame(MarkedRows scored, List<String> partitionBy) {
    if (!new Locations(spark).exists(path)) {
      return;
    }
    Dataset<Row> there;
    try {
      there = spark.read().parquet(path);
    } catch (Exception e) { // Scala does not declare what it throws.
      if (e instanceof AnalysisException) {
        return; // Only notes so far: of no row there was a good one.
      }
      throw e;
    }
    List<String> folders = ParquetInput.partitionColumns(there);
    if (!folders.equals(partitionBy)) {
      throw new KindlingException(
          "Cannot append to %s: it is partitioned by %s, but scoring.partition-by is %s"
              .formatted(path, folders, partitionBy));
    }
    Dataset<Row> good =
        scored
            .rows()
            .select(scored.good().stream().map(StageSchema::column).toArray(Column[]::new));
    String found = columns(there.schema(), folders);
    String wanted = columns(good.schema(), folders);
    if (!found.equals(wanted)) {
      throw new KindlingException(
          "Cannot append to %s: its columns are %s, but those to add are %s"
              .formatted(path, found, wanted));
    }
  }

  private static String columns(StructType schema, List<String> folders) {
    return Arrays.stream(schema.fields())
        .filter(field -> !folders.contains(field.name()))
        .map(field -> field.name() + " " + field.dataType().simpleString())
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
