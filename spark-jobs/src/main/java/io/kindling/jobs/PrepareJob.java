/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.BadRowPolicy;
import io.kindling.data.prepare.DataSetWriter;
import io.kindling.data.prepare.Splitter;
import io.kindling.data.prepare.WriteReport;
import io.kindling.data.read.ImageDataSet;
import io.kindling.data.read.LabelType;
import io.kindling.jobs.conf.ColumnsConf;
import io.kindling.jobs.conf.ConfigurationException;
import io.kindling.jobs.conf.ImageConf;
import io.kindling.jobs.conf.JobConf;
import io.kindling.transformers.ImageResizer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Raw images, texts or sequences to one Parquet data set, partitioned by {@code split}. */
final class PrepareJob implements Job {
  @Override
  public String name() {
    return "prepare";
  }

  @Override
  public String description() {
    return "Reads images, texts or sequences in one of many formats and writes them as Parquet,"
        + " divided into train, validation and test.";
  }

  @Override
  public boolean computes() {
    return false;
  }

  @Override
  public void check(JobConf conf) {
    String format = JobConf.required(conf.format(), "format", name(), "the source's format");
    if (ExampleSource.needsInput(format)) {
      JobConf.required(conf.input(), "input", name(), "the folder to read");
    }
    JobConf.required(conf.output(), "output", name(), "the folder to write");
    requireImagesFor(conf);
    requireTableFor(conf);
    boolean readerConverts = format.equals("image-folder") || format.equals("parquet");
    if (conf.image().channels() != null && conf.image().height() == null && !readerConverts) {
      throw new ConfigurationException(
          "Cannot prepare: image.channels is set without image.height and image.width, which format"
              + " '"
              + format
              + "' needs with it");
    }
  }

  /** Keys that would have no effect are most likely meant for another format. */
  private static void requireImagesFor(JobConf conf) {
    ImageConf image = conf.image();
    boolean set = image.height() != null || image.channels() != null;
    if (set && !ExampleSource.hasImages(conf)) {
      throw new ConfigurationException(
          String.format(
              "Cannot prepare: %s is set, but format is '%s', which has no images; leave image.* out",
              image.height() == null ? "image.channels" : "image.height", conf.format()));
    }
  }

  private static void requireTableFor(JobConf conf) {
    ColumnsConf columns = conf.columns();
    String key =
        columns.text() != null
            ? "columns.text"
            : columns.sequence() != null
                ? "columns.sequence"
                : columns.split() != null
                    ? "columns.split"
                    : columns.labelType() == LabelType.NUMBER ? "columns.label-type" : null;
    if (key != null && !ExampleSource.isTable(conf.format())) {
      throw new ConfigurationException(
          String.format(
              "Cannot prepare: %s is set, but format is '%s', which has no columns; leave it out,"
                  + " or set format to csv, json-lines or parquet",
              key, conf.format()));
    }
    if (columns.sequence() != null && conf.format().equals("csv")) {
      throw new ConfigurationException(
          "Cannot prepare: columns.sequence is set, but format is 'csv', which has no sequences;"
              + " use json-lines or parquet");
    }
  }

  @Override
  public PrepareSummary run(SparkSession spark, JobConf conf, Console console) {
    Stopwatch watch = new Stopwatch();
    Locations locations = new Locations(spark);
    if (ExampleSource.reads(conf)) {
      new OutputFolders(locations, conf).apartFrom(conf.input(), "input");
    }
    String output = locations.free(conf.output(), conf.overwrite(), "output");

    spark.sparkContext().setJobDescription("prepare: look at the " + conf.format() + " source");
    Dataset<Row> rows = sized(new ExampleSource(spark, conf, console).read(), conf.image());
    Splitter splitter =
        new Splitter(conf.splits().validation(), conf.splits().test(), conf.splits().seed());
    rows = splitter.assign(rows);

    spark.sparkContext().setJobDescription("prepare: write " + output);
    DataSetWriter writer = new DataSetWriter(BadRowPolicy.parse(conf.onBadRow()), conf.overwrite());
    WriteReport report = writer.write(rows, output, ImageDataSet.SPLIT);
    return new PrepareSummary(
        name(),
        watch.seconds(),
        report.rowsRead(),
        report.rowsWritten(),
        report.rowsBad(),
        locations.absolute(report.output()),
        report.quarantine() == null ? null : locations.absolute(report.quarantine()));
  }

  private static Dataset<Row> sized(Dataset<Row> rows, ImageConf size) {
    if (size.height() == null) {
      return rows;
    }
    String sized = "kindling_sized_image";
    ImageResizer resizer =
        new ImageResizer()
            .setInputCol(ImageDataSet.IMAGE)
            .setOutputCol(sized)
            .setHeight(size.height())
            .setWidth(size.width())
            .setChannels(size.channels() == null ? 0 : size.channels());
    if (size.fit() != null) {
      resizer.setFit(size.fit());
    }
    return resizer
        .transform(rows)
        .drop(ImageDataSet.IMAGE)
        .withColumnRenamed(sized, ImageDataSet.IMAGE);
  }
}
