/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.kindling.data.BadRowPolicy;
import io.kindling.data.KindlingException;
import io.kindling.data.read.ExampleSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Rows on their way into a staged folder, the good ones apart from the bad, in one pass. Rows in
 * and rows out are counted independently: while reading, where Spark counts the rows of a task that
 * succeeded, and once, however often it was tried; and from the footers of the written files.
 *
 * @param policy what becomes of bad rows
 * @param marked the rows
 * @param partitionColumns columns of good rows that become folders
 */
record StagedRows(BadRowPolicy policy, MarkedRows marked, List<String> partitionColumns) {
  /** Whether a column has one; followed by its path in the file. */
  private static final String DICTIONARY = "parquet.enable.dictionary#";

  private static final String CONCURRENT_WRITERS = "spark.sql.maxConcurrentOutputFileWriters";

  /**
   * What was written.
   *
   * @param read rows that came in
   * @param written good rows
   * @param bad rows that were left out
   * @param quarantined whether these lie in the quarantine
   */
  record Counts(long read, long written, long bad, boolean quarantined) {}

  Counts write(StagedFolder staged) throws IOException, InterruptedException {
    Observation counts = new Observation("kindling-write-" + UUID.randomUUID());
    MarkedRows counted =
        marked.with(
            marked
                .rows()
                .observe(
                    counts, count(lit(1)).as("read"), count(marked.problemColumn()).as("bad")));
    StructType goodSchema = good(marked.rows()).schema();
    StructType badSchema = marked.rows().select(badColumns(marked.rows())).schema();
    if (policy == BadRowPolicy.QUARANTINE) {
      writeBoth(counted, badSchema, staged);
    } else {
      writer(good(counted.rows().filter(goodRows(counted))))
          .partitionBy(partitionColumns.toArray(new String[0]))
          .parquet(staged.data().toString());
    }
    Map<String, Object> metrics = counts.getAsJava();
    long read = ((Number) metrics.get("read")).longValue();
    long bad = ((Number) metrics.get("bad")).longValue();
    long written = read - bad;
    if (policy == BadRowPolicy.QUARANTINE) {
      divide(staged, goodSchema, written, bad);
    }
    if (written > 0 || partitionColumns.isEmpty()) {
      requireCount(staged, "rows", written, footers(staged.data(), goodSchema));
    } else if (!staged.appends()) {
      throw new KindlingException(
          "Cannot write %s: there is no good row to write (%d read, %d bad)"
              .formatted(staged.target(), read, bad));
    }
    boolean quarantined = policy == BadRowPolicy.QUARANTINE && bad > 0;
    if (quarantined) {
      requireCount(staged, "bad rows", bad, footers(staged.quarantine(), badSchema));
    }
    return new Counts(read, written, bad, quarantined);
  }

  private Dataset<Row> good(Dataset<Row> rows) {
    return rows.select(marked.good().stream().map(MarkedRows::column).toArray(Column[]::new));
  }

  private Column goodRows(MarkedRows rows) {
    if (policy != BadRowPolicy.FAIL) {
      return rows.problemColumn().isNull();
    }
    Column origin = rows.origin() == null ? lit(null) : MarkedRows.column(rows.origin());
    return udf(new BadRowGuard(), DataTypes.BooleanType)
        .apply(origin.cast(DataTypes.StringType), rows.problemColumn());
  }

  /** The bad rows' columns go under names of no meaning: a good column may have theirs. */
  private void writeBoth(MarkedRows rows, StructType badSchema, StagedFolder staged) {
    Column isGood = rows.problemColumn().isNull();
    List<Column> columns = new ArrayList<>();
    rows.good().stream()
        .filter(name -> !partitionColumns.contains(name))
        .map(MarkedRows::column)
        .forEach(columns::add);
    for (Column bad : badColumns(rows.rows())) {
      columns.add(when(isGood, lit(null)).otherwise(bad).as("kindling_bad_" + columns.size()));
    }
    columns.add(
        when(isGood, lit(GoodAndBadParquet.GOOD))
            .otherwise(lit(GoodAndBadParquet.BAD))
            .as(GoodAndBadParquet.PART));
    partitionColumns.forEach(name -> columns.add(when(isGood, MarkedRows.column(name)).as(name)));

    List<String> folders = new ArrayList<>(List.of(GoodAndBadParquet.PART));
    folders.addAll(partitionColumns);
    DataFrameWriter<Row> writer =
        writer(rows.rows().select(columns.toArray(new Column[0])))
            .format(GoodAndBadParquet.class.getName())
            .option(GoodAndBadParquet.BAD_SCHEMA, badSchema.json())
            .partitionBy(folders.toArray(new String[0]));
    RuntimeConfig settings = rows.rows().sparkSession().conf();
    String before = settings.get(CONCURRENT_WRITERS);
    try {
      if (partitionColumns.isEmpty()) {
        // Both files of a task open at once: else Spark would sort its rows by their part.
        settings.set(CONCURRENT_WRITERS, 2);
      }
      writer.save(staged.both().toString());
    } finally {
      settings.set(CONCURRENT_WRITERS, before);
    }
  }

  private static DataFrameWriter<Row> writer(Dataset<Row> rows) {
    // Version 2 leaves a lost task's files for its successor's to come beside.
    DataFrameWriter<Row> writer =
        rows.write()
            .mode(SaveMode.ErrorIfExists)
            .option("mapreduce.fileoutputcommitter.algorithm.version", "1");
    for (StructField field : rows.schema().fields()) {
      if (field.metadata().contains(MarkedRows.CONTINUOUS)) {
        // A third of a scoring task's time went into a dictionary that was then given up.
        writer.option(DICTIONARY + field.name() + ".values.list.element", false);
      }
    }
    return writer;
  }

  private void divide(StagedFolder staged, StructType goodSchema, long written, long bad)
      throws IOException {
    if (written > 0) {
      staged.takeGood();
    } else if (partitionColumns.isEmpty()) {
      SparkSession spark = marked.rows().sparkSession();
      writer(spark.createDataFrame(List.of(), goodSchema)).parquet(staged.data().toString());
    }
    if (bad > 0) {
      staged.takeBad(partitionColumns);
    }
  }

  private long footers(Path folder, StructType schema) throws IOException {
    return new ParquetFooters(marked.rows().sparkSession()).rows(folder, schema);
  }

  /** Those of one value, and origin and problem under these names. */
  private Column[] badColumns(Dataset<Row> rows) {
    List<Column> columns = new ArrayList<>();
    if (marked.origin() != null) {
      columns.add(MarkedRows.column(marked.origin()).as(ExampleSchema.ORIGIN));
    }
    Arrays.stream(rows.schema().fields())
        .filter(field -> MarkedRows.isScalar(field.dataType()))
        .map(StructField::name)
        .filter(name -> !isMark(name))
        .map(MarkedRows::column)
        .forEach(columns::add);
    columns.add(marked.problemColumn().as(ExampleSchema.PROBLEM));
    return columns.toArray(new Column[0]);
  }

  private boolean isMark(String name) {
    return name.equals(marked.origin())
        || name.equals(marked.problem())
        || (marked.origin() != null && name.equalsIgnoreCase(ExampleSchema.ORIGIN))
        || name.equalsIgnoreCase(ExampleSchema.PROBLEM);
  }

  private static void requireCount(StagedFolder staged, String what, long expected, long found) {
    if (expected != found) {
      throw new KindlingException(
          "Cannot write %s: expected %d %s in the written Parquet, found %d; the source gave"
                  .formatted(staged.target(), expected, what, found)
              + " different rows when read again, or a task was counted twice");
    }
  }
}
