/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.read.ImageDataSet;
import io.kindling.jobs.conf.ConfigurationException;
import io.kindling.jobs.conf.JobConf;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/** All that a job file describes, one step after the other, each with its own folder. */
final class RunJob implements Job {
  private static final String DATA = "/data";
  private static final String MODEL = "/model";
  private static final String SCORED = "/scored";
  private static final String EVALUATION = "/evaluation";

  @Override
  public String name() {
    return "run";
  }

  @Override
  public String description() {
    return "Prepares a data set, trains, evaluates and scores its test rows, in one go.";
  }

  @Override
  public boolean trains() {
    return true;
  }

  @Override
  public void check(JobConf conf) {
    JobConf.required(
        conf.output(), "output", name(), "the folder for data/, model/, evaluation/ and scored/");
    checkSteps(conf, name());
  }

  /** Checks what each of the steps checks, and that no key is set that only one of them heeds. */
  static void checkSteps(JobConf conf, String job) {
    unset(conf.model(), "model", job);
    unset(conf.split(), "split", job);
    unset(conf.scoring().write(), "scoring.write", job);
    unset(conf.scoring().isStream() ? "stream" : null, "scoring.mode", job);
    if (conf.input() != null && conf.format() != null && !ExampleSource.reads(conf)) {
      throw new ConfigurationException(
          String.format(
              "Cannot %s: key 'input' is set, but format is '%s', which reads no input; set"
                  + " the format of the input, for example with --set format=image-folder",
              job, conf.format()));
    }
    new PrepareJob().check(conf.replacing(conf.input(), "-", null, null));
    new TrainJob().check(conf.replacing("-", null, "-", null));
  }

  private static void unset(String value, String key, String job) {
    if (value != null) {
      throw new ConfigurationException(
          String.format(
              "Cannot %s: key '%s' is '%s', but its steps have their own; leave it out, or"
                  + " run the steps one by one",
              job, key, value));
    }
  }

  @Override
  public RunSummary run(SparkSession spark, JobConf conf, Console console) {
    Locations locations = new Locations(spark);
    String folder = locations.absolute(conf.output());
    for (String part : List.of(DATA, MODEL, SCORED, EVALUATION)) {
      locations.free(folder + part, conf.overwrite(), "output");
    }
    return steps(spark, conf, folder, name(), console);
  }

  /**
   * Runs the steps, which replace what they made before.
   *
   * @param folder for their folders
   * @param job for the summary
   */
  static RunSummary steps(
      SparkSession spark, JobConf conf, String folder, String job, Console console) {
    Stopwatch watch = new Stopwatch();
    String data = folder + DATA;
    String model = folder + MODEL;
    String scored = folder + SCORED;
    String evaluation = folder + EVALUATION;

    console.say("1/4 prepare: rows divided into train, validation and test");
    PrepareSummary prepared =
        new PrepareJob().run(spark, conf.replacing(conf.input(), data, null, null), console);
    console.say(
        String.format(
            Locale.ROOT,
            "    %,d rows in %.1f s: %s",
            prepared.rowsWritten(),
            prepared.seconds(),
            data));
    // Now rather than after the training.
    new PreparedSet(spark, data, job).part(null, ImageDataSet.TEST);
    console.say("2/4 train");
    TrainSummary trained =
        new TrainJob().run(spark, conf.replacing(data, null, model, null), console);
    console.say(
        String.format(
            Locale.ROOT, "    trained and saved in %.1f s: %s", trained.seconds(), model));
    console.say("3/4 evaluate: on the test rows, which it has not seen");
    EvaluateSummary evaluated =
        new EvaluateJob().run(spark, conf.replacing(data, evaluation, model, null), console);
    console.say("4/4 score: the same rows, as Parquet with predictions");
    ScoreSummary scores =
        new ScoreJob().run(spark, conf.replacing(data, scored, model, ImageDataSet.TEST), console);
    console.say(
        String.format(
            Locale.ROOT,
            "    %,d rows, %,.0f rows/s: %s",
            scores.rowsWritten(),
            scores.rowsPerSecond(),
            scored));
    return new RunSummary(
        job,
        watch.seconds(),
        evaluated.metrics(),
        evaluated.examples(),
        trained.trainSeconds(),
        trained.examplesPerSecond(),
        trained.epochs(),
        data,
        model,
        scored,
        evaluation);
  }
}
