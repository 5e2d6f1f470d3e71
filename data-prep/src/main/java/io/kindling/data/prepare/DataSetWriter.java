/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import io.kindling.data.BadRowPolicy;
import io.kindling.data.KindlingException;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * Writes rows as one Parquet data set, whole or not at all, on any Hadoop file system.
 *
 * <p>The rows have a string column that is null in a good row; good rows are written without it,
 * bad ones go by the policy. With {@link BadRowPolicy#QUARANTINE} the bad rows' scalar columns,
 * {@code origin} and {@code problem} among them, go to {@code <output>.bad} as Parquet; only where
 * there are any. The rows are read once.
 *
 * <p>Rows in and rows out are counted independently (while reading, and from the written files); a
 * difference is an error and nothing is left.
 *
 * @param policy what becomes of bad rows
 * @param mode what becomes of an older data set at the output
 */
public record DataSetWriter(BadRowPolicy policy, WriteMode mode) {

  /**
   * A writer that refuses or replaces.
   *
   * @param overwrite whether an older data set at the output is replaced, once the new one is whole
   */
  public DataSetWriter(BadRowPolicy policy, boolean overwrite) {
    this(policy, overwrite ? WriteMode.OVERWRITE : WriteMode.REFUSE);
  }

  /**
   * Writes rows with a column {@code problem}.
   *
   * @param output path of the folder to make
   * @param partitionColumns columns that become folders {@code name=value}, outermost first
   * @throws KindlingException if the output exists, a row is bad and the policy is to fail, no good
   *     row is there to partition, or the counts differ; the output is then as it was before
   */
  public WriteReport write(Dataset<Row> rows, String output, String... partitionColumns) {
    return write(MarkedRows.of(rows), output, List.of(partitionColumns), null);
  }

  /**
   * Writes rows, with a note of the run that did.
   *
   * @param output path of the folder to make, or to add to
   * @param partitionColumns columns that become folders {@code name=value}, outermost first
   * @param run what to note in the data set, or null for nothing
   * @throws KindlingException as the other method does
   */
  public WriteReport write(
      MarkedRows rows, String output, List<String> partitionColumns, WrittenRun run) {
    requireColumns(rows, output, partitionColumns);
    Configuration configuration = rows.rows().sparkSession().sessionState().newHadoopConf();
    try (StagedFolder staged =
        new StagedFolder(configuration, output, mode, StagedFolder.Kind.DATA_SET)) {
      StagedRows.Counts counts = new StagedRows(policy, rows, partitionColumns).write(staged);
      String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
      staged.publish(counts, run == null ? null : run.done(now, counts));
      return new WriteReport(
          counts.read(),
          counts.written(),
          counts.bad(),
          staged.target().toString(),
          counts.quarantined() ? staged.quarantineTarget().toString() : null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(e, output);
    } catch (Exception e) {
      throw failure(e, output);
    }
  }

  /**
   * Removes or finishes what killed runs left for an output.
   *
   * @throws KindlingException if the file system cannot be read or written
   */
  public static void settle(String output, Configuration configuration) {
    Path path = new Path(output);
    try {
      FileSystem fileSystem = path.getFileSystem(configuration);
      new LeftBehind(fileSystem, fileSystem.makeQualified(path)).settle();
    } catch (IOException e) {
      throw failure(e, output);
    }
  }

  private static void requireColumns(
      MarkedRows marked, String output, List<String> partitionColumns) {
    for (String name : partitionColumns) {
      if (!marked.good().contains(name)) {
        throw new KindlingException(
            "Cannot write " + output + ": there is no column " + name + " to partition by");
      }
    }
    Dataset<Row> rows = marked.rows();
    String problem = marked.problem();
    if (!Arrays.asList(rows.columns()).contains(problem)
        || !rows.schema().apply(problem).dataType().equals(DataTypes.StringType)) {
      throw new KindlingException(
          "Cannot write " + output + ": the rows have no string column " + problem);
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
