/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.apache.spark.sql.functions.col;

import io.kindling.data.BadRowPolicy;
import io.kindling.data.prepare.DataSetWriter;
import io.kindling.data.prepare.WriteReport;
import io.kindling.data.read.ImageDataSet;
import io.kindling.jobs.conf.JobConf;
import java.util.Arrays;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A model and a Parquet folder to a Parquet folder with predictions. */
final class ScoreJob implements Job {
  @Override
  public String name() {
    return "score";
  }

  @Override
  public String description() {
    return "Adds a model's predictions to a folder of Parquet files, as a new folder.";
  }

  @Override
  public void check(JobConf conf) {
    JobConf.required(conf.input(), "input", name(), "a prepared data set's folder");
    JobConf.required(conf.model(), "model", name(), "a trained model's folder");
    JobConf.required(conf.output(), "output", name(), "the folder to write");
  }

  @Override
  public ScoreSummary run(SparkSession spark, JobConf conf, Console console) {
    Stopwatch watch = new Stopwatch();
    Locations locations = new Locations(spark);
    OutputFolders outputs = new OutputFolders(locations, conf);
    outputs.apartFrom(conf.input(), "input");
    outputs.apartFrom(conf.model(), "model");
    String output = locations.free(conf.output(), conf.overwrite(), "output");
    SavedModel model = SavedModel.load(spark, conf, name());
    PreparedSet set = new PreparedSet(spark, conf.input(), name());
    model.network().setProblemCol(ImageDataSet.PROBLEM);
    Dataset<Row> rows = named(set.part(conf.split(), null), model.inputColumn());
    Dataset<Row> scored = model.transform(rows);

    spark.sparkContext().setJobDescription("score: write " + output);
    Stopwatch scoring = new Stopwatch();
    DataSetWriter writer = new DataSetWriter(BadRowPolicy.parse(conf.onBadRow()), conf.overwrite());
    WriteReport report = writer.write(scored, output);
    return new ScoreSummary(
        name(),
        watch.seconds(),
        report.rowsRead(),
        report.rowsWritten(),
        report.rowsBad(),
        report.rowsWritten() / scoring.seconds(),
        locations.absolute(report.output()),
        report.quarantine() == null ? null : locations.absolute(report.quarantine()));
  }

  /** The image column does not go into the output, so its origin must be kept beside it. */
  private static Dataset<Row> named(Dataset<Row> rows, String features) {
    boolean named = Arrays.asList(rows.columns()).contains(ImageDataSet.ORIGIN);
    boolean images =
        Arrays.asList(rows.columns()).contains(features)
            && rows.schema().apply(features).dataType() instanceof StructType struct
            && Arrays.asList(struct.fieldNames()).contains(ImageDataSet.ORIGIN);
    return named || !images
        ? rows
        : rows.withColumn(ImageDataSet.ORIGIN, col(features).getField(ImageDataSet.ORIGIN));
  }
}
