/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.apache.spark.sql.functions.array_max;
import static org.apache.spark.sql.functions.col;

import io.kindling.data.read.ImageDataSet;
import io.kindling.jobs.conf.ConfigurationException;
import io.kindling.jobs.conf.JobConf;
import io.kindling.jobs.report.EvaluationFolder;
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
  public boolean trains() {
    return true;
  }

  @Override
  public void check(JobConf conf) {
    if (conf.training().isRegression()) {
      throw new ConfigurationException(
          "Cannot quickstart: training.task is regression, but its steps tell digits apart; leave"
              + " it out, or run the steps one by one");
    }
    RunJob.checkSteps(conf, name());
  }

  @Override
  public QuickstartSummary run(SparkSession spark, JobConf conf, Console console) {
    String folder = new Locations(spark).absolute(conf.output() == null ? FOLDER : conf.output());
    RunSummary steps = RunJob.steps(spark, conf, folder, name(), console);
    spark.sparkContext().setJobDescription("quickstart: show some predictions");
    showPredictions(spark.read().parquet(steps.scored()), console);
    console.say("");
    console.say("    how well it does, to open in a browser:");
    console.say("    " + steps.evaluation() + "/" + EvaluationFolder.PAGE);
    showWhatNext(folder, console);
    return new QuickstartSummary(
        name(),
        steps.seconds(),
        steps.metrics().get("accuracy"),
        steps.examplesPerSecond(),
        steps.data(),
        steps.model(),
        steps.scored(),
        steps.evaluation());
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
