/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.BadRowPolicy;
import io.kindling.data.KindlingException;
import io.kindling.data.read.ImageDataSet;
import io.kindling.jobs.conf.JobConf;
import io.kindling.model.ClassLabels;
import io.kindling.model.ClassificationMetrics;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.model.NetworkRegressionModel;
import io.kindling.model.RegressionMetrics;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A model and labelled rows to metrics. */
final class EvaluateJob implements Job {
  /** The column for what a model that was trained without one gives. */
  private static final String RAW_PREDICTION = "rawPrediction";

  @Override
  public String name() {
    return "evaluate";
  }

  @Override
  public String description() {
    return "Measures a model on the test split of a prepared data set.";
  }

  @Override
  public void check(JobConf conf) {
    JobConf.required(conf.input(), "input", name(), "a prepared data set's folder");
    JobConf.required(conf.model(), "model", name(), "a trained model's folder");
  }

  @Override
  public EvaluateSummary run(SparkSession spark, JobConf conf, Console console) {
    Stopwatch watch = new Stopwatch();
    SavedModel model = SavedModel.load(spark, conf, name());
    spark.sparkContext().setJobDescription("evaluate: " + conf.input());
    PreparedSet set = new PreparedSet(spark, conf.input(), name());
    Dataset<Row> rows = set.part(conf.split(), ImageDataSet.TEST);
    BadRowPolicy onBadRow = BadRowPolicy.parse(conf.onBadRow());
    model.network().setHandleInvalid(onBadRow == BadRowPolicy.FAIL ? "error" : "skip");
    Measured measured = measure(rows, model, set.path());
    long bad = onBadRow == BadRowPolicy.FAIL ? 0 : rows.count() - measured.examples();
    return new EvaluateSummary(
        name(), watch.seconds(), measured.examples(), bad, measured.metrics());
  }

  private record Measured(long examples, Map<String, Double> metrics) {}

  private static Measured measure(Dataset<Row> rows, SavedModel model, String path) {
    if (model.network() instanceof NetworkRegressionModel regression) {
      requireNumbers(rows, path);
      return measure(model.transform(rows), regression);
    }
    NetworkClassificationModel classification = (NetworkClassificationModel) model.network();
    requireSameClasses(rows, model, classification, path);
    if (classification.getRawPredictionCol().isEmpty()) {
      classification.setRawPredictionCol(RAW_PREDICTION);
    }
    return measure(model.transform(rows), classification);
  }

  private static Measured measure(Dataset<Row> scored, NetworkClassificationModel network) {
    ClassificationMetrics metrics =
        ClassificationMetrics.of(
            scored, ImageDataSet.LABEL, network.getRawPredictionCol(), network.target());
    return new Measured(metrics.examples(), metrics.asMap());
  }

  private static Measured measure(Dataset<Row> scored, NetworkRegressionModel network) {
    RegressionMetrics metrics =
        RegressionMetrics.of(
            scored, ImageDataSet.LABEL, network.getPredictionCol(), network.target());
    return new Measured(metrics.examples(), metrics.asMap());
  }

  private static void requireNumbers(Dataset<Row> rows, String path) {
    List<String> names = ClassLabels.names(rows.schema(), ImageDataSet.LABEL);
    if (!names.isEmpty()) {
      throw new KindlingException(
          String.format(
              "Cannot evaluate: the labels of %s are classes, but the model predicts a number",
              path));
    }
  }

  /** Labels are compared as numbers, so the same number must mean the same class. */
  private static void requireSameClasses(
      Dataset<Row> rows, SavedModel saved, NetworkClassificationModel model, String path) {
    List<String> names = ClassLabels.names(rows.schema(), ImageDataSet.LABEL);
    boolean same =
        saved.namesClasses() ? names.equals(model.labels()) : names.size() == model.labels().size();
    if (!names.isEmpty() && !same) {
      throw new KindlingException(
          String.format(
              "Cannot evaluate: the classes of %s are %s, but the model was trained on %s; prepare"
                  + " training and test data as splits of one set",
              path, names, model.labels()));
    }
  }
}
