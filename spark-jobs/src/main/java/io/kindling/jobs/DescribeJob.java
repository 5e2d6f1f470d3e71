/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.KindlingException;
import io.kindling.data.read.ImageDataSet;
import io.kindling.estimators.NetworkEstimator;
import io.kindling.input.InputSpec;
import io.kindling.input.PixelScaling;
import io.kindling.jobs.conf.ConfigurationException;
import io.kindling.jobs.conf.JobConf;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NetworkConfiguration;
import io.kindling.network.NetworkSummary;
import io.kindling.runtime.NativeMemory;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A network as a table: of a saved model, or of what train would train. */
final class DescribeJob implements Job {
  /** Rows at once that figures of scoring are for where no key says how many. */
  private static final int USUAL_SCORING_BATCH = 256;

  private static final double MEGABYTE = 1e6;

  @Override
  public String name() {
    return "describe";
  }

  @Override
  public String description() {
    return "Shows a network's layers, parameters, arithmetic and memory, without training it.";
  }

  @Override
  public void check(JobConf conf) {
    if (!conf.network().isSet()) {
      JobConf.required(
          conf.model(), "model", name(), "a trained model's folder, as no network.* is set,");
      return;
    }
    if (conf.input() == null && conf.describe().inputShape() == null) {
      throw new ConfigurationException(
          "Cannot describe: nothing tells what the network takes; give a prepared data set with --set input=..., or the shape of an example with --set describe.input-shape=[28,28,1]");
    }
    try {
      TrainJob.estimator(conf, conf.network().model()).checkTogether();
    } catch (ConfigurationException e) {
      throw e;
    } catch (KindlingException e) {
      throw new ConfigurationException(e.getMessage(), e);
    }
  }

  @Override
  public DescribeSummary run(SparkSession spark, JobConf conf, Console console) {
    Stopwatch watch = new Stopwatch();
    NetworkSummary network = network(spark, conf, console);
    int batch = conf.training().batchSize();
    Integer asked = conf.scoring().batchSize();
    int scoring = asked == null ? USUAL_SCORING_BATCH : asked;
    DescribeSummary summary =
        new DescribeSummary(
            name(),
            watch.seconds(),
            network.params(),
            network.trainableParams(),
            network.multiplyAddsPerExample(),
            batch,
            network.trainingBytes(batch),
            ExecutorMemory.of(
                network,
                batch,
                slots(spark.sparkContext().getConf()),
                JavaUtils.byteStringAsBytes(spark.conf().get(NativeMemory.SETTING, "0"))),
            scoring,
            network.scoringBytes(scoring),
            network.layers());
    network.toString().lines().forEach(console::say);
    console.say(memory("a worker in training", batch, summary.trainingMemoryBytes()));
    console.say(summary.executorMemory().toString());
    console.say(memory("a task in scoring", scoring, summary.scoringMemoryBytes()));
    return summary;
  }

  /** Tasks at once in an executor; local mode has one process for all. */
  private static int slots(SparkConf spark) {
    return Math.max(
        1, spark.getInt("spark.executor.cores", 1) / spark.getInt("spark.task.cpus", 1));
  }

  private static String memory(String of, int batch, long bytes) {
    return String.format(
        Locale.ROOT,
        "Memory of %s, minibatches of %d: %.1f MB, and up to as much again for oneDNN's copies",
        of,
        batch,
        bytes / MEGABYTE);
  }

  private NetworkSummary network(SparkSession spark, JobConf conf, Console console) {
    if (!conf.network().isSet()) {
      return ofModel(SavedModel.load(spark, conf, name()).network().artifact(), conf);
    }
    String pretrained = TrainJob.pretrained(new Locations(spark), conf);
    NetworkEstimator<?, ?> estimator = TrainJob.estimator(conf, pretrained);
    List<Integer> shape = conf.describe().inputShape();
    return shape == null
        ? ofData(spark, conf, pretrained, estimator, console)
        : estimator.describe(
            input(conf), conf.describe().classes(), steps(shape, conf.text().length()));
  }

  private NetworkSummary ofData(
      SparkSession spark,
      JobConf conf,
      String pretrained,
      NetworkEstimator<?, ?> estimator,
      Console console) {
    PreparedSet set = new PreparedSet(spark, conf.input(), name());
    InputStages stages = new TrainJob().stages(spark, conf, pretrained, set, estimator, console);
    Dataset<Row> training = set.part(conf.split(), ImageDataSet.TRAIN);
    spark.sparkContext().setJobDescription("describe: look at " + set.path());
    PipelineModel input = stages.fit(training);
    estimator.setFeaturesCol(stages.featuresCol());
    return estimator.describe(input.transform(training));
  }

  private static NetworkSummary ofModel(NetworkArtifact artifact, JobConf conf) {
    return NetworkSummary.of(
        NetworkConfiguration.parse(artifact.configuration()),
        artifact.input(),
        steps(conf.describe().inputShape(), conf.text().length()));
  }

  /** Of a sequence; an image has none. */
  private static int steps(List<Integer> shape, int ofTexts) {
    return shape == null ? ofTexts : shape.get(0);
  }

  private static InputSpec input(JobConf conf) {
    List<Integer> shape = conf.describe().inputShape();
    return switch (shape.size()) {
      case 1 -> InputSpec.tokens(conf.text().vocabularySize());
      case 2 -> InputSpec.sequence(shape.get(1));
      default ->
          InputSpec.image(
              shape.get(2), shape.get(0), shape.get(1), PixelScaling.unit(shape.get(2)));
    };
  }
}
