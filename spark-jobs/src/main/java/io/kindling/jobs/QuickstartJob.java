/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.apache.spark.sql.functions.array_max;
import static org.apache.spark.sql.functions.col;

import io.kindling.data.read.ImageDataSet;
import io.kindling.jobs.conf.ConfigurationException;
import io.kindling.jobs.conf.JobConf;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** All jobs one after another on drawn digits: what a newcomer runs first. */
final class QuickstartJob implements Job {
  private static final String FOLDER = "quickstart-output";
  private static final int SAMPLES = 8;

  @Override
  public String name() {
    return "quickstart";
  }

  @Override
  public String description() {
    return "Draws digits, prepares them, trains a small CNN, evaluates it and scores with it.";
  }

  @Override
  public Optional<String> defaults() {
    return Optional.of("quickstart.conf");
  }

  @Override
  public void check(JobConf conf) {
    unset(conf.model(), "model");
    unset(conf.split(), "split");
    if (conf.training().isRegression()) {
      throw new ConfigurationException(
          "Cannot quickstart: training.task is regression, but its steps tell digits apart; leave it"
              + " out, or run the steps one by one");
    }
    if (conf.input() != null && conf.format() != null && !ExampleSource.reads(conf)) {
      throw new ConfigurationException(
          String.format(
              "Cannot quickstart: key 'input' is set, but format is '%s', which reads no input; set"
                  + " the format of the input, for example with --set format=image-folder",
              conf.format()));
    }
    new PrepareJob().check(conf.replacing(conf.input(), "-", null, null));
    new TrainJob().check(conf.replacing("-", null, "-", null));
  }

  private static void unset(String value, String key) {
    if (value != null) {
      throw new ConfigurationException(
          String.format(
              "Cannot quickstart: key '%s' is '%s', but its steps have their own; leave it out, or"
                  + " run the steps one by one",
              key, value));
    }
  }

  @Override
  public QuickstartSummary run(SparkSession spark, JobConf conf, Console console) {
    Stopwatch watch = new Stopwatch();
    String folder = new Locations(spark).absolute(conf.output() == null ? FOLDER : conf.output());
    String data = folder + "/data";
    String model = folder + "/model";
    String scored = folder + "/scored";

    console.say("1/4 prepare: drawing digits and dividing them into train, validation and test");
    PrepareSummary prepared =
        new PrepareJob().run(spark, conf.replacing(conf.input(), data, null, null), console);
    console.say(
        String.format(
            Locale.ROOT,
            "    %,d rows in %.1f s: %s",
            prepared.rowsWritten(),
            prepared.seconds(),
            data));
    console.say("2/4 train: a small convolutional network");
    TrainSummary trained =
        new TrainJob().run(spark, conf.replacing(data, null, model, null), console);
    console.say(
        String.format(
            Locale.ROOT, "    trained and saved in %.1f s: %s", trained.seconds(), model));
    console.say("3/4 evaluate: on digits that it has not seen");
    EvaluateSummary evaluated =
        new EvaluateJob().run(spark, conf.replacing(data, null, model, null), console);
    double accuracy = evaluated.metrics().get("accuracy");
    console.say(
        String.format(
            Locale.ROOT, "    accuracy %.4f on %,d digits", accuracy, evaluated.examples()));
    console.say("4/4 score: the same digits, as Parquet with predictions");
    ScoreSummary scores =
        new ScoreJob().run(spark, conf.replacing(data, scored, model, ImageDataSet.TEST), console);
    console.say(
        String.format(
            Locale.ROOT,
            "    %,d rows, %,.0f rows/s: %s",
            scores.rowsWritten(),
            scores.rowsPerSecond(),
            scored));
    spark.sparkContext().setJobDescription("quickstart: show some predictions");
    showPredictions(spark.read().parquet(scored), console);
    showWhatNext(folder, console);
    return new QuickstartSummary(
        name(), watch.seconds(), accuracy, trained.examplesPerSecond(), data, model, scored);
  }

  private static void showPredictions(Dataset<Row> scored, Console console) {
    console.say("");
    console.say("    drawn  predicted  probability");
    Dataset<Row> samples =
        scored
            .select(
                col(ImageDataSet.LABEL),
                col("prediction"),
                array_max(functions.vector_to_array(col("probability"), "float64")))
            .limit(SAMPLES);
    for (Row row : samples.collectAsList()) {
      console.say(
          String.format(
              Locale.ROOT,
              "    %5.0f  %9.0f  %11.4f",
              row.getDouble(0),
              row.getDouble(1),
              row.getDouble(2)));
    }
  }

  private static void showWhatNext(String folder, Console console) {
    String kindling = Optional.ofNullable(System.getenv("KINDLING_COMMAND")).orElse("kindling");
    String conf = Optional.ofNullable(System.getenv("KINDLING_CONF")).orElse("conf");
    console.say(
        """

        What to try next
          more epochs:
            %1$s train --conf %3$s --set %2$s \\
              --set %4$s --set training.epochs=10
            %1$s evaluate --set %2$s --set %4$s
          handwritten digits, downloaded once:
            %1$s prepare --conf %5$s --set output=mnist
            %1$s train --conf %5$s --set input=mnist --set model=mnist-model
            %1$s evaluate --conf %5$s --set input=mnist --set model=mnist-model
          your own images, a folder for each class:
            %1$s prepare --set format=image-folder --set input=FOLDER --set output=images \\
              --set image.height=32 --set image.width=32 --set image.channels=3
            %1$s train --set input=images --set model=images-model --set network.name=cifar-cnn
        %6$s lists every setting.
        """
            .formatted(
                ShellWord.quoted(kindling),
                ShellWord.quoted("input=" + folder + "/data"),
                ShellWord.quoted(conf + "/quickstart.conf"),
                ShellWord.quoted("model=" + folder + "/model-10"),
                ShellWord.quoted(conf + "/mnist-cnn.conf"),
                conf + "/reference.conf"));
  }
}
