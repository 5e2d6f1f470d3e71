/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.read.ImageDataSet;
import io.kindling.jobs.conf.JobConf;
import io.kindling.model.ClassificationMetrics;
import io.kindling.model.NetworkClassificationModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A model and labelled rows to metrics. */
final class EvaluateJob implements Job {
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
    NetworkClassificationModel model = SavedModel.load(spark, conf, name());
    spark.sparkContext().setJobDescription("evaluate: " + conf.input());
    PreparedSet set = new PreparedSet(spark, conf.input(), name());
    Dataset<Row> scored = model.transform(set.part(conf.split(), ImageDataSet.TEST));
    ClassificationMetrics metrics =
        ClassificationMetrics.of(
            scored, ImageDataSet.LABEL, model.getPredictionCol(), model.getProbabilityCol());
    return new EvaluateSummary(name(), watch.seconds(), metrics.examples(), metrics.asMap());
  }
}
