/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import io.kindling.data.BadRowPolicy;
import io.kindling.data.KindlingException;
import io.kindling.data.read.ExampleSchema;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;

/**
 * Writes rows as one Parquet data set, whole or not at all, on any Hadoop file system.
 *
 * <p>The rows have a string column {@code problem}, null in a good row; good rows are written
 * without it, bad ones go by the policy. With {@link BadRowPolicy#QUARANTINE} the bad rows' scalar
 * columns, {@code origin} and {@code problem} among them, go to {@code <output>.bad} as Parquet;
 * only where there are any, and then by a second pass over the rows.
 *
 * <p>Rows in and rows out are counted independently (while reading, and from the written files); a
 * difference is an error and nothing is left.
 *
 * @param policy what becomes of bad rows
 * @param overwrite whether an older data set at the output is replaced, once the new one is whole
 */
public record DataSetWriter(BadRowPolicy policy, boolean overwrite) {

  /**
   * Writes the rows.
   *
   * @param output path of the folder to make
   * @param partitionColumns columns that become folders {@code name=value}, outermost first
   * @throws KindlingException if the output exists, a row is bad and the policy is to fail, no good
   *     row is there to partition, or the counts differ; the output is then as it was before
   */
  public WriteReport write(Dataset<Row> rows, String output, String... partitionColumns) {
    requireColumns(rows, output, partitionColumns);
    SparkSession spark = rows.sparkSession();
    Configuration configuration = spark.sessionState().newHadoopConf();
    try (StagedFolder staged =
        new StagedFolder(configuration, output, overwrite, StagedFolder.Kind.DATA_SET)) {
      return write(rows, staged, partitionColumns);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(e, output);
    } catch (Exception e) {
      throw failure(e, output);
    }
  }

  private WriteReport write(Dataset<Row> rows, StagedFolder staged, String... partitionColumns)
      throws IOException, InterruptedException {
    SparkSession spark = rows.sparkSession();
    Column problem = col(ExampleSchema.PROBLEM);
    Observation counts = new Observation("kindling-write-" + UUID.randomUUID());
    Dataset<Row> counted =
        rows.observe(counts, count(lit(1)).as("read"), count(col(ExampleSchema.PROBLEM)).as("bad"));
    Dataset<Row> good = counted.filter(goodRows(rows)).drop(ExampleSchema.PROBLEM);
    good.write()
        .mode(SaveMode.ErrorIfExists)
        .partitionBy(partitionColumns)
        .parquet(staged.data().toString());

    Map<String, Object> metrics = counts.getAsJava();
    long read = ((Number) metrics.get("read")).longValue();
    long bad = ((Number) metrics.get("bad")).longValue();
    if (partitionColumns.length > 0 && !staged.hasFiles()) {
      throw new KindlingException(
          "Cannot write "
              + staged.target()
              + ": there is no good row to write ("
              + read
              + " read, "
              + bad
              + " bad)");
    }
    long written = spark.read().schema(good.schema()).parquet(staged.data().toString()).count();
    requireCount(staged, "rows", read - bad, written);

    boolean quarantined = policy == BadRowPolicy.QUARANTINE && bad > 0;
    if (quarantined) {
      Dataset<Row> badRows = rows.filter(problem.isNotNull()).select(scalarColumns(rows));
      badRows.write().mode(SaveMode.ErrorIfExists).parquet(staged.quarantine().toString());
      long kept =
          spark.read().schema(badRows.schema()).parquet(staged.quarantine().toString()).count();
      requireCount(staged, "bad rows", bad, kept);
    }
    staged.publish(quarantined);
    return new WriteReport(
        read,
        written,
        bad,
        staged.target().toString(),
        quarantined ? staged.quarantineTarget().toString() : null);
  }

  private static void requireColumns(Dataset<Row> rows, String output, String... partitionColumns) {
    for (String name : partitionColumns) {
      if (!Arrays.asList(rows.columns()).contains(name)) {
        throw new KindlingException(
            "Cannot write " + output + ": there is no column " + name + " to partition by");
      }
    }
    if (!Arrays.asList(rows.columns()).contains(ExampleSchema.PROBLEM)
        || !rows.schema().apply(ExampleSchema.PROBLEM).dataType().equals(DataTypes.StringType)) {
      throw new KindlingException(
          "Cannot write " + output + ": the rows have no string column " + ExampleSchema.PROBLEM);
    }
  }

  private Column goodRows(Dataset<Row> rows) {
    Column problem = col(ExampleSchema.PROBLEM);
    if (policy != BadRowPolicy.FAIL) {
      return problem.isNull();
    }
    boolean named = Arrays.asList(rows.columns()).contains(ExampleSchema.ORIGIN);
    Column origin = named ? col(ExampleSchema.ORIGIN) : lit(null);
    return udf(new BadRowGuard(), DataTypes.BooleanType)
        .apply(origin.cast(DataTypes.StringType), problem);
  }

  private static Column[] scalarColumns(Dataset<Row> rows) {
    return Arrays.stream(rows.schema().fields())
        .filter(DataSetWriter::isScalar)
        .map(field -> col("`" + field.name().replace("`", "``") + "`"))
        .toArray(Column[]::new);
  }

  private static boolean isScalar(StructField field) {
    return !(field.dataType() instanceof StructType
        || field.dataType() instanceof ArrayType
        || field.dataType() instanceof MapType
        || field.dataType() instanceof BinaryType
        || field.dataType() instanceof UserDefinedType);
  }

  private static void requireCount(StagedFolder staged, String what, long expected, long found) {
    if (expected != found) {
      throw new KindlingException(
          "Cannot write "
              + staged.target()
              + ": expected "
              + expected
              + " "
              + what
              + " in the written Parquet, found "
              + found
              + "; the source gave different rows when read again, or a task was counted twice");
    }
  }

  private static KindlingException failure(Exception e, String output) {
    KindlingException known = KindlingException.in(e);
    if (known != null) {
      return known == e ? known : new KindlingException(known.getMessage(), e);
    }
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String reason = root.getMessage() == null ? root.toString() : root.getMessage();
    return new KindlingException(
        "Cannot write " + output + ": " + reason.lines().findFirst().orElse(reason), e);
  }
}
