/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.prepare.DataSetWriter;
import io.kindling.data.prepare.WriteMode;
import io.kindling.jobs.conf.ConfigurationException;
import io.kindling.jobs.conf.JobConf;
import org.apache.spark.sql.SparkSession;

/** A model and Parquet to Parquet with predictions: of what is there, or of what comes. */
final class ScoreJob implements Job {
  @Override
  public String name() {
    return "score";
  }

  @Override
  public String description() {
    return "Adds a model's predictions to Parquet files, as a new folder or to an older one, once"
        + " or for each file that comes into a folder.";
  }

  @Override
  public void check(JobConf conf) {
    JobConf.required(conf.input(), "input", name(), "Parquet with the rows to score");
    JobConf.required(conf.model(), "model", name(), "a trained model's folder");
    JobConf.required(conf.output(), "output", name(), "the folder to write");
    String write = conf.scoringWrite();
    if (conf.scoring().isStream()) {
      JobConf.required(
          conf.scoring().stream().checkpointDir(),
          "scoring.checkpoint.dir",
          name(),
          "a folder that keeps where the stream stands");
      refuse(!write.equals("refuse"), conf.overwrite() ? "overwrite" : "scoring.write");
      refuse(conf.scoring().write() != null, "scoring.write");
      refuse(conf.split() != null, "split");
    }
  }

  private static void refuse(boolean set, String key) {
    if (set) {
      throw new ConfigurationException(
          "Cannot score: %s is set, but with scoring.mode = stream it means nothing; leave it out"
              .formatted(key));
    }
  }

  @Override
  public ScoreSummary run(SparkSession spark, JobConf conf, Console console) {
    Stopwatch watch = new Stopwatch();
    Locations locations = new Locations(spark);
    OutputFolders outputs = new OutputFolders(locations, conf);
    outputs.apartFrom(conf.input(), "input");
    outputs.apartFrom(conf.model(), "model");
    boolean stream = conf.scoring().isStream();
    WriteMode mode = stream ? WriteMode.APPEND : WriteMode.parse(conf.scoringWrite());
    DataSetWriter.settle(
        locations.absolute(conf.output()), spark.sparkContext().hadoopConfiguration());
    String output = locations.free(conf.output(), mode != WriteMode.REFUSE, "output");
    SavedModel model = SavedModel.load(spark, conf, name());
    return stream
        ? new StreamScoring(spark, conf, console, model, output).run(watch)
        : new BatchScoring(spark, conf, console, model, output, mode).run(watch);
  }
}
