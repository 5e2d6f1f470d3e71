/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.apache.spark.sql.functions.col;

import io.kindling.data.BadRowPolicy;
import io.kindling.data.KindlingException;
import io.kindling.data.read.ImageDataSet;
import io.kindling.explain.NetworkExplainer;
import io.kindling.jobs.conf.ExplainConf;
import io.kindling.jobs.conf.JobConf;
import io.kindling.jobs.explanation.ExplanationFiles;
import io.kindling.jobs.explanation.ExplanationReport;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.model.NetworkModel;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Some rows of a prepared set to a page that shows why a model predicts what it does. */
final class ExplainJob implements Job {
  @Override
  public String name() {
    return "explain";
  }

  @Override
  public String description() {
    return "Shows which pixels, words or values decided a model's predictions, as a page.";
  }

  @Override
  public void check(JobConf conf) {
    JobConf.required(conf.input(), "input", name(), "a prepared data set's folder");
    JobConf.required(conf.model(), "model", name(), "a trained model's folder");
    JobConf.required(conf.output(), "output", name(), "the folder to write");
  }

  @Override
  public ExplainSummary run(SparkSession spark, JobConf conf, Console console) {
    Stopwatch watch = new Stopwatch();
    Locations locations = new Locations(spark);
    locations.apart(conf.output(), conf.input(), "input");
    locations.apart(conf.output(), conf.model(), "model");
    String output = locations.free(conf.output(), conf.overwrite(), "output");
    SavedModel model = SavedModel.load(spark, conf, name());
    PreparedSet set = new PreparedSet(spark, conf.input(), name());
    Dataset<Row> part = set.part(conf.split(), ImageDataSet.TEST);
    spark.sparkContext().setJobDescription("explain: choose rows of " + set.path());
    Dataset<Row> chosen = chosen(part, set.path(), conf.explain());
    spark.sparkContext().setJobDescription("explain: rows of " + set.path());
    ExplainedRows rows = new ExplainedRows(model);
    Dataset<Row> explained = explained(chosen, model, conf.explain());
    ExplanationReport report =
        rows.report(
            explained.collectAsList(),
            explained.schema(),
            BadRowPolicy.parse(conf.onBadRow()),
            locations.absolute(conf.model()),
            set.path(),
            conf.explain());
    ExplanationFiles.write(
        spark.sparkContext().hadoopConfiguration(), output, conf.overwrite(), report);
    console.say("Explanations: " + output + "/explanation.html");
    return new ExplainSummary(
        name(),
        watch.seconds(),
        report.rowsRead(),
        report.rowsExplained(),
        report.rowsBad(),
        report.meanCompletenessGap(),
        report.meanAgreement(),
        output);
  }

  /** The rows to explain, as many parts as may be worked on at once. */
  private static Dataset<Row> chosen(Dataset<Row> part, String path, ExplainConf conf) {
    Dataset<Row> wanted = part;
    if (conf.origins() != null) {
      if (!Arrays.asList(part.columns()).contains(ImageDataSet.ORIGIN)) {
        throw new KindlingException(
            "Cannot explain: %s has no column origin, by which explain.origins chooses"
                .formatted(path));
      }
      wanted = part.filter(col(ImageDataSet.ORIGIN).isin(conf.origins().toArray()));
    } else {
      wanted = part.limit(conf.rows());
    }
    List<Row> rows = wanted.collectAsList();
    if (conf.origins() != null) {
      List<String> found = rows.stream().map(row -> row.<String>getAs("origin")).toList();
      for (String origin : conf.origins()) {
        if (!found.contains(origin)) {
          throw new KindlingException(
              "Cannot explain: %s has no row of the origin %s (explain.origins) in the part that was asked for (split)"
                  .formatted(path, origin));
        }
      }
    }
    if (rows.isEmpty()) {
      throw new KindlingException("Cannot explain: there are no rows in %s".formatted(path));
    }
    SparkSession spark = part.sparkSession();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int parts = Math.min(rows.size(), context.defaultParallelism());
    return spark.createDataFrame(context.parallelize(rows, parts), part.schema());
  }

  private static Dataset<Row> explained(Dataset<Row> rows, SavedModel model, ExplainConf conf) {
    Dataset<Row> features = rows;
    for (Transformer stage : model.stagesBefore()) {
      features = stage.transform(features);
    }
    NetworkModel<?> network = model.network();
    network.setPredictionCol(ExplainedRows.PREDICTION).setProblemCol(ExplainedRows.PROBLEM);
    if (network instanceof NetworkClassificationModel classification) {
      classification.setRawPredictionCol("").setProbabilityCol(ExplainedRows.PROBABILITY);
    }
    return new NetworkExplainer(network)
        .setExplanationCol(ExplainedRows.ATTRIBUTIONS)
        .setOcclusionCol(ExplainedRows.OCCLUSION)
        .setDetailsCol(ExplainedRows.DETAILS)
        .setExplainedClass(conf.explained())
        .setSteps(conf.steps())
        .setBaseline(conf.baseline())
        .setOcclusionSize(conf.occlusionSize() == null ? 0 : conf.occlusionSize())
        .setOcclusionWords(conf.occlusionWords())
        .setHandleInvalid("keep")
        .transform(network.transform(features));
  }
}
