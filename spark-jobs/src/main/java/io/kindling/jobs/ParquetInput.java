/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;

import io.kindling.data.KindlingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.PartitioningAwareFileIndex;
import org.apache.spark.sql.types.StructField;
import scala.collection.JavaConverters;

/**
 * The Parquet at a key, {@code input} mostly: a file, a folder, a partitioned table, or a pattern.
 */
final class ParquetInput {
  private final SparkSession spark;
  private final Locations locations;
  private final String path;
  private final String doing;
  private final String key;

  /** At key {@code input}. */
  ParquetInput(SparkSession spark, String input, String doing) {
    this(spark, input, doing, "input");
  }

  /**
   * Looks whether there is anything.
   *
   * @param input what the key holds
   * @param doing what it is read for, as the rest of a sentence after "Cannot"
   * @param key the key
   * @throws KindlingException where there is nothing
   */
  ParquetInput(SparkSession spark, String input, String doing, String key) {
    this.spark = spark;
    this.locations = new Locations(spark);
    this.path =
        PathPattern.is(input)
            ? locations.matched(input, doing, key)
            : locations.existing(input, doing, key);
    this.doing = doing;
    this.key = key;
  }

  SparkSession spark() {
    return spark;
  }

  /** Absolute. */
  String path() {
    return path;
  }

  String doing() {
    return doing;
  }

  /**
   * The rows, with the columns of one of the files.
   *
   * @throws KindlingException where there is no Parquet
   */
  Dataset<Row> rows() {
    return read(spark.read());
  }

  /**
   * The rows with all columns that any file has, those of the folders {@code NAME=VALUE} among
   * them, also where the input is a part of a partitioned table.
   *
   * @throws KindlingException where there is no Parquet, or files disagree on a column
   */
  Dataset<Row> table() {
    DataFrameReader reader = spark.read().option("mergeSchema", true);
    return read(root() == null ? reader : reader.option("basePath", root()));
  }

  /** The root of the partitioned table of which the input is a part; null where it is the root. */
  String root() {
    boolean file = !PathPattern.is(path) && locations.isFile(path);
    Path root = new PathPattern(new Path(path)).tableRoot(file);
    return root.equals(new Path(path)) ? null : root.toString();
  }

  private Dataset<Row> read(DataFrameReader reader) {
    try {
      return reader.parquet(path);
    } catch (Exception e) { // Scala does not declare what it throws.
      if (e instanceof AnalysisException) {
        throw new KindlingException(
            "Cannot %s: %s is not a folder of Parquet files (key '%s')".formatted(doing, path, key),
            e);
      }
      String disagreement = disagreement();
      throw new KindlingException(
          disagreement == null
              ? "Cannot %s: the Parquet at %s cannot be read: %s (key '%s')"
                  .formatted(doing, path, Failure.reason(e), key)
              : "Cannot %s: the files of %s disagree: %s (key '%s')"
                  .formatted(doing, path, disagreement, key),
          e);
    }
  }

  /** The first column that two files have in different types; null where all agree. */
  private String disagreement() {
    Map<String, String> types = new HashMap<>();
    Map<String, String> files = new HashMap<>();
    try {
      for (String file : spark.read().parquet(path).inputFiles()) {
        for (StructField field : spark.read().parquet(file).schema().fields()) {
          String type = field.dataType().simpleString();
          String other = types.putIfAbsent(field.name(), type);
          files.putIfAbsent(field.name(), file);
          if (other != null && !other.equals(type)) {
            return "column '%s' is of type %s in %s, but of type %s in %s"
                .formatted(field.name(), other, files.get(field.name()), type, file);
          }
        }
      }
    } catch (RuntimeException e) {
      return null; // The failure that made us look says more.
    }
    return null;
  }

  /**
   * The name of a row that has no other: its file and its position there, from 0.
   *
   * @param rows as they were read
   */
  static Column position(Dataset<Row> rows) {
    Column metadata = rows.metadataColumn("_metadata");
    return concat(metadata.getField("file_path"), lit("#"), metadata.getField("row_index"));
  }

  /** The files of rows as they were read, each as a text that changes with its content. */
  static List<String> fingerprints(Dataset<Row> rows) {
    List<String> files = new ArrayList<>();
    for (FileStatus file : files(rows)) {
      files.add(
          "%s %d %d"
              .formatted(
                  new Path(file.getPath().toUri()), file.getLen(), file.getModificationTime()));
    }
    return files.stream().sorted().toList();
  }

  private static List<FileStatus> files(Dataset<Row> rows) {
    HadoopFsRelation relation = relation(rows);
    return relation != null && relation.location() instanceof PartitioningAwareFileIndex index
        ? JavaConverters.seqAsJavaList(index.allFiles())
        : List.of();
  }

  /** The columns of rows as they were read that are folders. */
  static List<String> partitionColumns(Dataset<Row> rows) {
    HadoopFsRelation relation = relation(rows);
    return relation == null ? List.of() : List.of(relation.partitionSchema().fieldNames());
  }

  private static HadoopFsRelation relation(Dataset<Row> rows) {
    return JavaConverters.seqAsJavaList(rows.queryExecution().analyzed().collectLeaves()).stream()
        .filter(LogicalRelation.class::isInstance)
        .map(leaf -> ((LogicalRelation) leaf).relation())
        .filter(HadoopFsRelation.class::isInstance)
        .map(HadoopFsRelation.class::cast)
        .findFirst()
        .orElse(null);
  }
}
