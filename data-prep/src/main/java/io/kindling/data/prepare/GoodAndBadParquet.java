/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.ProjectingInternalRow;
import org.apache.spark.sql.execution.datasources.OutputWriter;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.execution.datasources.parquet.ParquetWriteSupport$;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;
import scala.collection.immutable.Map;

/**
 * Parquet of good and of bad rows, each with columns of its own, from one pass over rows that have
 * both kinds of columns: those of the good ones first. Rows must be partitioned by {@link #PART},
 * and option {@link #BAD_SCHEMA} holds the bad rows' columns, the last ones, under their real
 * names.
 *
 * <p>Spark's commit protocol makes both appear at once, each row once, whatever becomes of tasks;
 * and what is expensive about a row, a network for instance, need not run a second time.
 */
public final class GoodAndBadParquet extends ParquetFileFormat {
  private static final long serialVersionUID = 1L;

  /** The column, and so the name of the two folders. */
  static final String PART = "kindling_part";

  static final String GOOD = "good";
  static final String BAD = "bad";

  /** Option: the schema of bad rows, as JSON. */
  static final String BAD_SCHEMA = "kindling-bad-schema";

  /** Spark makes one by its name. */
  public GoodAndBadParquet() {}

  @Override
  public OutputWriterFactory prepareWrite(
      SparkSession spark, Job job, Map<String, String> options, StructType columns) {
    StructType bad = (StructType) StructType.fromJson(options.apply(BAD_SCHEMA));
    int goods = columns.length() - bad.length();
    StructType good = new StructType(Arrays.copyOf(columns.fields(), goods));
    return new Writers(super.prepareWrite(spark, job, options, good), good, bad);
  }

  /** What travels to the tasks. */
  private static final class Writers extends OutputWriterFactory {
    private static final long serialVersionUID = 1L;

    private final OutputWriterFactory parquet;
    private final StructType good;
    private final StructType bad;

    Writers(OutputWriterFactory parquet, StructType good, StructType bad) {
      this.parquet = parquet;
      this.good = good;
      this.bad = bad;
    }

    @Override
    public String getFileExtension(TaskAttemptContext context) {
      return parquet.getFileExtension(context);
    }

    @Override
    public OutputWriter newInstance(String path, StructType columns, TaskAttemptContext context) {
      if (!path.contains("/" + PART + "=" + BAD + "/")) {
        return new PartWriter(parquet.newInstance(path, good, context), good, 0);
      }
      Configuration configuration = new Configuration(context.getConfiguration());
      ParquetWriteSupport$.MODULE$.setSchema(bad, configuration);
      TaskAttemptContext ofBad =
          new TaskAttemptContextImpl(configuration, context.getTaskAttemptID());
      return new PartWriter(parquet.newInstance(path, bad, ofBad), bad, good.length());
    }
  }

  /** Writes some of the columns. */
  private static final class PartWriter extends OutputWriter {
    private final OutputWriter parquet;
    private final ProjectingInternalRow part;

    PartWriter(OutputWriter parquet, StructType schema, int first) {
      this.parquet = parquet;
      this.part =
          ProjectingInternalRow.apply(
              schema,
              JavaConverters.asScalaBuffer(
                  IntStream.range(first, first + schema.length())
                      .<Object>mapToObj(Integer::valueOf)
                      .toList()));
    }

    @Override
    public void write(InternalRow row) {
      part.project(row);
      parquet.write(part);
    }

    @Override
    public void close() {
      parquet.close();
    }

    @Override
    public String path() {
      return parquet.path();
    }
  }
}
