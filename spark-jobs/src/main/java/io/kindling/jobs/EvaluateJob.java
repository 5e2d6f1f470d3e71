/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.BadRowPolicy;
import io.kindling.data.KindlingException;
import io.kindling.data.read.ImageDataSet;
import io.kindling.evaluation.ClassificationReport;
import io.kindling.evaluation.RegressionReport;
import io.kindling.evaluation.ShownExamples;
import io.kindling.jobs.conf.JobConf;
import io.kindling.jobs.report.Evaluation;
import io.kindling.jobs.report.EvaluationFolder;
import io.kindling.jobs.report.EvaluationTable;
import io.kindling.model.ClassLabels;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.model.NetworkRegressionModel;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A model and labelled rows to metrics, and where output is set to a page that shows them. */
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
    String output = output(new Locations(spark), conf);
    SavedModel model = SavedModel.load(spark, conf, name());
    spark.sparkContext().setJobDescription("evaluate: " + conf.input());
    PreparedSet set = new PreparedSet(spark, conf.input(), name());
    BadRowPolicy onBadRow = BadRowPolicy.parse(conf.onBadRow());
    model.network().setHandleInvalid(onBadRow == BadRowPolicy.FAIL ? "error" : "skip");
    Evaluation evaluation = measure(new Locations(spark), conf, set, model);
    EvaluationTable.lines(evaluation).forEach(console::say);
    if (output != null) {
      EvaluationFolder.write(
          evaluation, spark.sparkContext().hadoopConfiguration(), output, conf.overwrite());
      console.say("open in a browser: " + output + "/" + EvaluationFolder.PAGE);
    }
    return new EvaluateSummary(
        name(),
        watch.seconds(),
        evaluation.examples(),
        evaluation.rowsBad(),
        evaluation.metrics(),
        output);
  }

  /** Where to write, apart from what is read; null for nowhere. */
  private static String output(Locations locations, JobConf conf) {
    if (conf.output() == null) {
      return null;
    }
    locations.apart(conf.output(), conf.input(), "input");
    locations.apart(conf.output(), conf.model(), "model");
    return locations.free(conf.output(), conf.overwrite(), "output");
  }

  private static Evaluation measure(
      Locations locations, JobConf conf, PreparedSet set, SavedModel model) {
    Dataset<Row> rows = set.part(conf.split(), ImageDataSet.TEST);
    boolean shows = conf.output() != null && conf.evaluation().worstExamples() > 0;
    ClassificationReport classification = null;
    RegressionReport regression = null;
    if (model.network() instanceof NetworkRegressionModel network) {
      requireNumbers(rows, set.path());
      Dataset<Row> scored =
          model.transform(rows, shows ? List.of(rows.columns()) : model.kept(rows));
      regression =
          RegressionReport.of(
              scored,
              ImageDataSet.LABEL,
              network.getPredictionCol(),
              network.target(),
              shows ? shown(conf, scored, model) : ShownExamples.none());
    } else {
      NetworkClassificationModel network = (NetworkClassificationModel) model.network();
      requireSameClasses(rows, model, network, set.path());
      if (network.getRawPredictionCol().isEmpty()) {
        network.setRawPredictionCol(RAW_PREDICTION);
      }
      Dataset<Row> scored =
          model.transform(rows, shows ? List.of(rows.columns()) : model.kept(rows));
      classification =
          ClassificationReport.of(
              scored,
              ImageDataSet.LABEL,
              network,
              shows ? shown(conf, scored, model) : ShownExamples.none());
    }
    long examples =
        classification == null
            ? regression.metrics().examples()
            : classification.metrics().examples();
    boolean fails = BadRowPolicy.parse(conf.onBadRow()) == BadRowPolicy.FAIL;
    return new Evaluation(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        locations.absolute(conf.model()),
        model.network().artifact().input().toString(),
        set.path(),
        conf.split() != null || set.hasSplit(ImageDataSet.TEST)
            ? Objects.requireNonNullElse(conf.split(), ImageDataSet.TEST)
            : null,
        examples,
        fails ? 0 : rows.count() - examples,
        classification == null ? regression.metrics().asMap() : classification.metrics().asMap(),
        classification,
        regression,
        model.network().card().history());
  }

  /** The worst, by the columns that are there. */
  private static ShownExamples shown(JobConf conf, Dataset<Row> scored, SavedModel model) {
    List<String> columns = List.of(scored.columns());
    String content = model.inputColumn();
    return new ShownExamples(
        conf.evaluation().worstExamples(),
        columns.contains(ImageDataSet.ORIGIN) ? ImageDataSet.ORIGIN : "",
        columns.contains(content) ? content : "");
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
